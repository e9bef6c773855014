import type { RequestLaunchTemplateData, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { type CheckedLaunch, checkLaunch } from './check-launch';
import { once, RUN_INSTANCES_TOKEN } from './client-tokens';
import { dryRunSucceeded, Ec2Error } from './errors';
import { findTemplate, findVersion } from './find-template';
import { newId } from './ids';
import { reservationAnswer } from './instance-answer';
import { mergeLaunch, subnetOf } from './merge';
import { checkQuota } from './quota';
import type { InstanceRecord, LaunchParameters, TemplateRecord, VersionRecord } from './state';
import { privateAddress } from './subnets';
import type { Ec2Handler, World } from './world';

interface Source {
  template: TemplateRecord;
  version: VersionRecord;
}

/**
 * Launches instances. Everything is checked before anything is made, and a refused launch leaves its client token free.
 *
 * @throws Ec2Error as EC2 does; see README.md for the codes
 */
export const runInstances: Ec2Handler<'RunInstances'> = (input, world) => {
  const source = input.LaunchTemplate && findSource(world, input);
  const parameters = mergeLaunch(source?.version.LaunchTemplateData as RequestLaunchTemplateData, input);
  const scope = `RunInstances ${zoneAskedFor(world, parameters) ?? 'regional'}`;

  const ids = once(world, scope, input, RUN_INSTANCES_TOKEN, () => launch(world, input, parameters, source));
  const instances = ids.flatMap((id) => world.state.instances.get(id) ?? []);
  if (instances.some(({ state }) => state === 'terminated')) {
    throw new Ec2Error(
      'IdempotentInstanceTerminated',
      'The client token you have provided is associated with a terminated instance. Please use a different client token.',
    );
  }
  return reservationAnswer(world, instances);
};

/** Checks a launch, makes its instances and returns their ids. */
function launch(
  world: World,
  input: RunInstancesRequest,
  parameters: LaunchParameters,
  source: Source | undefined,
): string[] {
  const checked = checkLaunch(world, parameters);
  if (input.DryRun) throw dryRunSucceeded();
  checkQuota(world, checked.count);
  const where = { subnetId: checked.subnet.id, instanceType: checked.instanceType };
  world.faults.refuseLaunch(where);
  const diesWith = world.faults.takeDeadOnArrival(where);
  const instances = makeRecords(world, input, parameters, checked, source);
  for (const instance of instances) {
    world.state.instances.set(instance.instanceId, instance);
    world.lifecycle.begin(instance, diesWith);
  }
  return instances.map(({ instanceId }) => instanceId);
}

function findSource(world: World, input: RunInstancesRequest): Source {
  const template = findTemplate(world, input.LaunchTemplate ?? {});
  return { template, version: findVersion(template, input.LaunchTemplate?.Version) };
}

/**
 * Idempotency is zonal when the launch names a subnet or an Availability Zone, else regional: the same token in another
 * zone launches again (EC2 developer guide, "Ensuring idempotency").
 */
function zoneAskedFor(world: World, parameters: LaunchParameters): string | undefined {
  const subnetId = subnetOf(parameters);
  const zone = parameters.Placement?.AvailabilityZone;
  return subnetId ? world.subnets.find(({ id }) => id === subnetId)?.availabilityZone : zone;
}

function makeRecords(
  world: World,
  input: RunInstancesRequest,
  parameters: LaunchParameters,
  { image, subnet, instanceType, tags, count }: CheckedLaunch,
  source: Source | undefined,
): InstanceRecord[] {
  const reservationId = newId('r');
  const launchTime = world.now();
  const launchTemplate = source && { id: source.template.id, version: String(source.version.VersionNumber) };
  // EC2 adds these itself: who launched from what can be found afterwards.
  const templateTags = launchTemplate && {
    'aws:ec2launchtemplate:id': launchTemplate.id,
    'aws:ec2launchtemplate:version': launchTemplate.version,
  };
  const { IamInstanceProfile: profile, InstanceMarketOptions, MetadataOptions, UserData } = parameters;
  const profileArn = profile?.Name && `arn:aws:iam::${world.accountId}:instance-profile/${profile.Name}`;
  const spot = InstanceMarketOptions?.MarketType === 'spot';
  return Array.from({ length: count }, (_, launchIndex) => {
    const instanceId = newId('i');
    const privateIpAddress = privateAddress(subnet, instanceId);
    return {
      instanceId,
      reservationId,
      launchIndex,
      launchTime,
      state: 'pending',
      transitionReason: '',
      imageId: image.id,
      imageRootDir: image.rootDir,
      instanceType,
      region: world.region,
      accountId: world.accountId,
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      availabilityZone: subnet.availabilityZone,
      privateIpAddress,
      privateDnsName: `ip-${privateIpAddress.replaceAll('.', '-')}.${world.region}.compute.internal`,
      userData: UserData ? Buffer.from(UserData, 'base64') : undefined,
      tagsInMetadata: MetadataOptions?.InstanceMetadataTags === 'enabled',
      httpTokens: MetadataOptions?.HttpTokens === 'required' ? 'required' : 'optional',
      // A launch may name the instance profile; descriptions always hold the ARN.
      instanceProfileArn: profile?.Arn ?? profileArn,
      spot,
      spotInstanceRequestId: spot ? newId('sir') : undefined,
      clientToken: input.ClientToken,
      launchTemplate,
      tags: { ...tags, ...templateTags },
      parameters,
    };
  });
}
