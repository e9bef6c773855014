import type { _InstanceType } from '@aws-sdk/client-ec2';
import type { Tags } from './tags';

/** All that is needed to boot an instance: the parameters of its launch, template and request merged. */
export interface LaunchedInstance {
  instanceId: string;
  imageId: string;
  /** Folder of the AMI, as given to `addImage`. */
  imageRootDir: string;
  instanceType: _InstanceType;
  region: string;
  accountId: string;
  availabilityZone: string;
  subnetId: string;
  privateIpAddress: string;
  privateDnsName: string;
  launchTime: Date;
  /** Decoded; at most 16 KiB. */
  userData?: Buffer;
  /** As of the launch. For the tags of now ask `Ec2Service.tagsOf`. */
  tags: Tags;
  /** `MetadataOptions.InstanceMetadataTags` is `enabled`. */
  tagsInMetadata: boolean;
  httpTokens: 'required' | 'optional';
  instanceProfileArn?: string;
  spot: boolean;
  launchTemplate?: { id: string; version: string };
}

/** Runs machines for EC2. */
export interface InstanceHost {
  /**
   * Powers the machine on. Resolves when it runs; a rejection means that it never did, and EC2 ends the instance with
   * `Server.InternalError` and the rejection's message. The host tells of a machine that ended by itself through
   * `Ec2Service.instanceEnded`.
   */
  start(instance: LaunchedInstance): Promise<void>;
  /** Ends the machine. Resolves when nothing of it is left; harmless for one that already ended or never started. */
  stop(instanceId: string): Promise<void>;
  /** What the machine has written to its console so far; empty when there is nothing. */
  consoleOutput(instanceId: string): Promise<string>;
}
