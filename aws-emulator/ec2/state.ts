import type {
  _InstanceType,
  ArchitectureValues,
  InstanceStateName,
  RequestLaunchTemplateData,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import type { Tags } from './tags';

/** One launch template with all its versions. Times are ISO 8601. */
export interface TemplateRecord {
  id: string;
  name: string;
  createTime: string;
  createdBy: string;
  tags: Tags;
  defaultVersion: number;
  /** Numbers are never used twice, even after the highest version was deleted. */
  nextVersion: number;
  /** Ascending. */
  versions: VersionRecord[];
}

export interface VersionRecord {
  number: number;
  description?: string;
  createTime: string;
  createdBy: string;
  data: RequestLaunchTemplateData;
}

/** An AMI: a name for a folder that holds what an instance's root is made of. */
export interface ImageRecord {
  id: string;
  name: string;
  description?: string;
  rootDir: string;
  /** `x86_64` when absent. */
  architecture?: ArchitectureValues;
  createTime: string;
  tags: Tags;
}

/** What is left of a RunInstances request after its template was merged in. */
export type LaunchParameters = Omit<RunInstancesRequest, 'LaunchTemplate' | 'ClientToken' | 'DryRun'>;

export interface StateReasonRecord {
  Code: string;
  Message: string;
}

export interface InstanceRecord {
  id: string;
  reservationId: string;
  /** Position within its reservation. */
  launchIndex: number;
  launchTime: string;
  state: InstanceStateName;
  stateReason?: StateReasonRecord;
  /** `User initiated (2026-11-24 03:00:00 GMT)` once somebody ended it. */
  transitionReason: string;
  imageId: string;
  imageRootDir: string;
  instanceType: _InstanceType;
  subnetId: string;
  vpcId: string;
  availabilityZone: string;
  privateIpAddress: string;
  privateDnsName: string;
  clientToken?: string;
  launchTemplate?: { id: string; version: string };
  spotInstanceRequestId?: string;
  tags: Tags;
  parameters: LaunchParameters;
}

/** What a client token stands for: the request it came with, and what that request made. */
export interface TokenRecord {
  requestHash: string;
  resourceIds: string[];
}

/** Everything that EC2 remembers, in order of creation. Gone with the process. */
export interface State {
  templates: Map<string, TemplateRecord>;
  images: Map<string, ImageRecord>;
  instances: Map<string, InstanceRecord>;
  tokens: Map<string, TokenRecord>;
}

export function emptyState(): State {
  return { templates: new Map(), images: new Map(), instances: new Map(), tokens: new Map() };
}
