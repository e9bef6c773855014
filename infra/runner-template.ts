import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Settings, settingsTags } from '../contract/settings';
import { STACK_TAG, tagProblems } from '../contract/tags';
import { UserError } from '../contract/user-error';
import { volumeKey } from './encryption';

/** What a launch template refers to; tokens in the stack, plain ids in local mode. */
export interface RunnerTemplateProps {
  settings: Settings;
  securityGroupIds: string[];
  instanceProfileArn: string;
}

/** The root device of Amazon Linux 2023. */
export const ROOT_DEVICE = '/dev/xvda';

/**
 * The launch template: everything about an instance except its image, its job and its place.
 *
 * - No `ImageId`: the image is the bake's, and lambda/publish puts the two together.
 * - No `NetworkInterfaces`: with them RunInstances refuses the subnet that the launcher asks for. Security groups stand
 *   at the top level instead.
 * - No key pair: a person who must look uses Session Manager.
 * - The settings are tags of the instance, which its metadata shows to the runner.
 *
 * Throws when the tags are such that every launch would fail.
 */
export class RunnerTemplate extends Construct {
  readonly templateId: string;
  /** Rises with every change that CloudFormation makes: what the publisher's custom resource is keyed on. */
  readonly latestVersion: string;

  constructor(scope: Construct, id: string, props: RunnerTemplateProps) {
    super(scope, id);
    const { settings } = props;
    const others = { ...settings.tags, [STACK_TAG]: settings.name };
    const tags = { ...settingsTags(settings), ...others };
    const problems = tagProblems(tags);
    if (problems.length > 0)
      throw new UserError(`the settings make tags that no instance can have:\n  ${problems.join('\n  ')}`);

    const template = new ec2.CfnLaunchTemplate(this, 'Resource', {
      launchTemplateName: settings.name,
      launchTemplateData: {
        instanceType: settings.instance_types[0],
        iamInstanceProfile: { arn: props.instanceProfileArn },
        securityGroupIds: props.securityGroupIds,
        // The default is to stop, which keeps the volume and its bill.
        instanceInitiatedShutdownBehavior: 'terminate',
        metadataOptions: {
          httpEndpoint: 'enabled',
          httpTokens: 'required',
          // One hop is enough for a process of the instance itself, and too few for a container's network.
          httpPutResponseHopLimit: 1,
          instanceMetadataTags: 'enabled',
        },
        blockDeviceMappings: [{ deviceName: ROOT_DEVICE, ebs: rootVolume(settings) }],
        monitoring: settings.detailed_monitoring ? { enabled: true } : undefined,
        instanceMarketOptions: settings.spot ? SPOT : undefined,
        tagSpecifications: [
          { resourceType: 'instance', tags: tagList(tags) },
          { resourceType: 'volume', tags: tagList(others) },
          ...moreTagged(settings).map((resourceType) => ({ resourceType, tags: tagList(others) })),
        ],
      },
      tagSpecifications: [{ resourceType: 'launch-template', tags: tagList(others) }],
    });
    this.templateId = template.ref;
    this.latestVersion = template.attrLatestVersionNumber;
  }
}

/**
 * What else a launch makes, where it must have tags: an organisation that demands some has RunInstances refused for each
 * thing that lacks them. Without a Spot request, naming one here makes every launch fail ("LaunchTemplateTagSpecification",
 * EC2 API Reference).
 */
function moreTagged({ tags, spot }: Settings): string[] {
  if (Object.keys(tags).length === 0) return [];
  return ['network-interface', ...(spot ? ['spot-instances-request'] : [])];
}

/** One request that ends with the instance: a job is retried by the guard, not by a persistent Spot request. */
const SPOT: ec2.CfnLaunchTemplate.InstanceMarketOptionsProperty = {
  marketType: 'spot',
  spotOptions: { spotInstanceType: 'one-time', instanceInterruptionBehavior: 'terminate' },
};

function rootVolume(settings: Settings): ec2.CfnLaunchTemplate.EbsProperty {
  return {
    volumeType: 'gp3',
    volumeSize: settings.volume_size_gib,
    encrypted: true,
    deleteOnTermination: true,
    kmsKeyId: volumeKey(settings),
    volumeInitializationRate: settings.volume_initialization_rate || undefined,
  };
}

function tagList(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
