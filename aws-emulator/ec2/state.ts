import * as path from 'node:path';
import type {
  _InstanceType,
  ArchitectureValues,
  InstanceStateName,
  RequestLaunchTemplateData,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import { Records } from './records';
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

/** Everything the EC2 stand-in remembers, below one folder. */
export interface State {
  templates: Records<TemplateRecord>;
  images: Records<ImageRecord>;
  instances: Records<InstanceRecord>;
  tokens: Records<TokenRecord>;
}

export function openState(dir: string): State {
  return {
    templates: new Records(path.join(dir, 'launch-templates')),
    images: new Records(path.join(dir, 'images')),
    instances: new Records(path.join(dir, 'instances')),
    tokens: new Records(path.join(dir, 'client-tokens')),
  };
}
