import path from 'node:path';
import type { AccessKeys } from 'aws-emulator/access-keys';
import type { LaunchedInstance } from 'aws-emulator/ec2/host';
import type { Ec2Service } from 'aws-emulator/ec2/service';
import { startImds } from 'aws-emulator/imds/server';
import { LocalInstanceHost } from './instance/host';
import { prepareImage } from './instance/image';
import { prepareTools } from './instance/tools';

const ROOTFS = path.join(__dirname, '..', 'runner-script', 'rootfs');

export interface InstancesOptions {
  stateDir: string;
  keys: AccessKeys;
  pythonVersion: string;
  keep: boolean;
}

/** The machines behind the local EC2, and the image that they boot from. */
export interface Instances {
  host: LocalInstanceHost;
  imageDir: string;
  /** Differences from an AMI that a person should know of, one sentence each. */
  warnings: string[];
  /** Connects them with the services around them: EC2 needs these first. */
  connect(endpointUrl: string, ec2: Pick<Ec2Service, 'instanceEnded' | 'tagsOf'>): void;
  close(): Promise<void>;
}

/** Prepares the local base image and the host that boots instances from it, each with its own IMDS and role. */
export async function prepareInstances(options: InstancesOptions): Promise<Instances> {
  const { stateDir, keys, pythonVersion, keep } = options;
  const toolsDir = path.join(stateDir, 'tools');
  const both = [
    prepareTools(toolsDir),
    prepareImage({ rootfs: ROOTFS, dir: path.join(stateDir, 'image'), pythonVersion }),
  ] as const;
  // When one fails the state folder is removed: the other must not write there any more.
  await Promise.allSettled(both);
  const [, image] = await Promise.all(both);
  let around: { endpointUrl: string; ec2: Pick<Ec2Service, 'instanceEnded' | 'tagsOf'> } | undefined;
  const host = new LocalInstanceHost({
    stateDir,
    endpointUrl: () => around?.endpointUrl ?? '',
    startImds: (instance) =>
      startImds({ ...instance, ...metadataOf(instance, keys, (id) => around?.ec2.tagsOf(id) ?? {}) }),
    onEnded: (id, reason) => around?.ec2.instanceEnded(id, reason),
    toolsDir,
    python: image.python.used.path,
    keep,
  });
  return {
    host,
    imageDir: image.dir,
    warnings: image.warnings,
    connect(endpointUrl, ec2) {
      around = { endpointUrl, ec2 };
    },
    close: () => host.close(),
  };
}

function metadataOf(instance: LaunchedInstance, keys: AccessKeys, tagsOf: Ec2Service['tagsOf']) {
  const profile = instance.instanceProfileArn;
  return {
    tags: instance.tagsInMetadata ? () => tagsOf(instance.instanceId) : undefined,
    role: profile
      ? { name: path.basename(profile), instanceProfileArn: profile, credentials: () => keys.assumeRole() }
      : undefined,
  };
}
