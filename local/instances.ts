import path from 'node:path';
import type { AccessKeys } from 'aws-emulator/access-keys';
import type { LaunchedInstance } from 'aws-emulator/ec2/host';
import type { Ec2Service } from 'aws-emulator/ec2/service';
import { startImds } from 'aws-emulator/imds/server';
import { LocalInstanceHost } from './instance/host';
import { keptImage } from './instance/kept-image';
import { pipWarnings } from './instance/pip-settings';
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
  /**
   * Resolves when an instance can be launched, with the image's differences from an AMI that a person should know of,
   * one sentence each. Rejects with a UserError for what this machine lacks.
   */
  prepared: Promise<string[]>;
  /** Connects them with the services around them: EC2 needs these first. */
  connect(endpointUrl: string, ec2: Pick<Ec2Service, 'instanceEnded' | 'tagsOf'>): void;
  close(): Promise<void>;
}

/**
 * The host that boots instances, each with its own IMDS and role, and begins to prepare the base image for it: other
 * programs do most of that, and the services can be started beside it.
 */
export function prepareInstances(options: InstancesOptions): Instances {
  const { stateDir, keys, pythonVersion, keep } = options;
  const toolsDir = path.join(stateDir, 'tools');
  const imageDir = path.join(stateDir, 'image');
  prepareTools(toolsDir);
  const image = keptImage({ rootfs: ROOTFS, dir: imageDir, pythonVersion });
  const prepared = image.then(({ warnings }) => [...warnings, ...pipWarnings()]);
  // Whoever waits for it is told. Nobody may, when something else fails before.
  prepared.catch(() => {});
  let around: { endpointUrl: string; ec2: Pick<Ec2Service, 'instanceEnded' | 'tagsOf'> } | undefined;
  const host = new LocalInstanceHost({
    stateDir,
    endpointUrl: () => around?.endpointUrl ?? '',
    startImds: (instance) =>
      startImds({ ...instance, ...metadataOf(instance, keys, (id) => around?.ec2.tagsOf(id) ?? {}) }),
    onEnded: (id, reason) => around?.ec2.instanceEnded(id, reason),
    toolsDir,
    python: async () => (await image).python.used.path,
    keep,
  });
  return {
    host,
    imageDir,
    prepared,
    connect(endpointUrl, ec2) {
      around = { endpointUrl, ec2 };
    },
    async close() {
      await host.close();
      // The state folder is removed next: nothing may write there any more.
      await prepared.catch(() => {});
    },
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
