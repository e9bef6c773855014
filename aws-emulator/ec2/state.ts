import type {
  ArchitectureValues,
  InstanceStateName,
  LaunchTemplateVersion,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import type { LaunchedInstance } from './host';
import type { Tags } from './tags';

/** One launch template with the versions that were not deleted, oldest first. */
export interface TemplateRecord {
  id: string;
  name: string;
  createTime: Date;
  createdBy: string;
  tags: Tags;
  defaultVersion: number;
  /** The highest number that was ever given. */
  lastNumber: number;
  versions: VersionRecord[];
}

/** As it is described, but for what its template knows. */
export type VersionRecord = LaunchTemplateVersion & { VersionNumber: number };

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

/** A launched instance and what became of it. */
export interface InstanceRecord extends LaunchedInstance {
  reservationId: string;
  /** Position within its reservation. */
  launchIndex: number;
  state: InstanceStateName;
  stateReason?: StateReasonRecord;
  /** `User initiated (2026-11-24 03:00:00 GMT)` once somebody ended it. */
  transitionReason: string;
  vpcId: string;
  clientToken?: string;
  spotInstanceRequestId?: string;
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

/** What a service begins with. */
export function emptyState(): State {
  return { templates: new Map(), images: new Map(), instances: new Map(), tokens: new Map() };
}
