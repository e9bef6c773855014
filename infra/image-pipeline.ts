import { ArnFormat, aws_imagebuilder as imagebuilder, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { BAKED_PACKAGES_TAG, PYTHON_TAG, STACK_TAG } from '../contract/tags';
import type { ImageDocument } from '../imagebuilder/image-document';
import { BakeRole } from './bake-role';
import { bakeUserData } from './bake-user-data';
import { imageVolumeKey } from './encryption';
import { ImageComponent } from './image-component';
import { logGroup } from './log-group';
import type { RunnerNetwork } from './runner-network';
import { ROOT_DEVICE } from './runner-template';
import { idOfThisStack } from './stack-id';

/**
 * The image's root volume. Fixed at what every `volume_size_gib` is at least: a volume cannot be smaller than the
 * image's, so a larger one here would make versions with smaller settings impossible to launch.
 */
const IMAGE_VOLUME_GIB = 8;
/** Image Builder switches a schedule off after so many failures in a row, which raises an alarm. */
const FAILURES_UNTIL_OFF = 3;

export interface ImagePipelineProps {
  settings: Settings;
  image: ImageDocument;
  network: RunnerNetwork;
  templateId: string;
}

/**
 * Bakes the AMI: Amazon Linux 2023 plus what imagebuilder/image.yaml adds, tested before it is distributed into the
 * launch template, as a version that is *not* made the default: that is the publisher's decision.
 */
export class ImagePipeline extends Construct {
  readonly pipelineArn: string;
  /** Another one whenever the recipe or its component changes. */
  readonly recipeArn: string;
  /** Where the bakes run. */
  readonly infrastructureArn: string;
  /** What the ARN of every image of this pipeline starts with. */
  readonly imageArnPrefix: string;
  readonly role: BakeRole;

  constructor(scope: Construct, id: string, { settings, image, network, templateId }: ImagePipelineProps) {
    super(scope, id);
    this.role = new BakeRole(this, 'Bake', settings);
    const component = new ImageComponent(this, 'Component', { settings, image, role: this.role.role });
    const recipe = this.recipe(settings, component);
    const infrastructure = new imagebuilder.CfnInfrastructureConfiguration(this, 'Infrastructure', {
      name: settings.name,
      instanceProfileName: this.role.profile.instanceProfileName,
      instanceTypes: settings.instance_types,
      subnetId: network.subnetIds[0] ?? '',
      securityGroupIds: [network.securityGroupId],
      terminateInstanceOnFailure: true,
      // Of the instances that build and test.
      resourceTags: Object.keys(settings.tags).length > 0 ? settings.tags : undefined,
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    });
    // Image Builder's own role may write below this prefix only. It makes the group of a deleted stack again when a bake
    // ends late, so that a fixed name would stand in the way of the next stack of this name.
    const log = logGroup(this, 'Log', settings, `/aws/imagebuilder/${settings.name}-${idOfThisStack()}`);
    const pipeline = new imagebuilder.CfnImagePipeline(this, 'Pipeline', {
      name: settings.name,
      imageRecipeArn: recipe.attrArn,
      infrastructureConfigurationArn: infrastructure.attrArn,
      distributionConfigurationArn: this.distribution(settings, templateId).attrArn,
      imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: 90 },
      enhancedImageMetadataEnabled: true,
      loggingConfiguration: { imageLogGroupName: log.logGroupName },
      imageTags: { ...settings.tags, [STACK_TAG]: settings.name },
      status: 'ENABLED',
      schedule: settings.bake_schedule ? schedule(settings.bake_schedule) : undefined,
    });
    this.pipelineArn = pipeline.attrArn;
    this.recipeArn = recipe.attrArn;
    this.infrastructureArn = infrastructure.attrArn;
    this.imageArnPrefix = Stack.of(this).formatArn({
      service: 'imagebuilder',
      resource: 'image',
      resourceName: `${settings.name}/`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  private recipe(settings: Settings, component: ImageComponent): imagebuilder.CfnImageRecipe {
    return new imagebuilder.CfnImageRecipe(this, 'Recipe', {
      name: settings.name,
      // The service counts the x up, so that every change of the recipe gets a version of its own.
      version: '1.0.x',
      parentImage: baseImage(this, settings),
      components: [component.use],
      blockDeviceMappings: [
        {
          deviceName: ROOT_DEVICE,
          ebs: {
            volumeType: 'gp3',
            volumeSize: IMAGE_VOLUME_GIB,
            encrypted: true,
            deleteOnTermination: true,
            kmsKeyId: imageVolumeKey(this, settings),
          },
        },
      ],
      // Session Manager is how a person looks into an instance.
      additionalInstanceConfiguration: {
        systemsManagerAgent: { uninstallAfterBuild: false },
        userDataOverride: bakeUserData(this, settings),
      },
    });
  }

  private distribution(settings: Settings, templateId: string): imagebuilder.CfnDistributionConfiguration {
    const { region, account } = Stack.of(this);
    return new imagebuilder.CfnDistributionConfiguration(this, 'Distribution', {
      name: settings.name,
      distributions: [
        {
          region,
          // Untyped, so the names are CloudFormation's own.
          amiDistributionConfiguration: {
            Name: `${settings.name} {{ imagebuilder:buildDate }}`,
            AmiTags: { ...settings.tags, ...imageTags(settings) },
          },
          launchTemplateConfigurations: [
            { launchTemplateId: templateId, accountId: account, setDefaultVersion: false },
          ],
        },
      ],
    });
  }
}

/** Whose the AMI is, and which settings it suits. */
function imageTags({ name, python_version, system_packages }: Settings): Record<string, string> {
  const tags: Record<string, string> = { [STACK_TAG]: name, [PYTHON_TAG]: python_version };
  if (system_packages.length > 0) tags[BAKED_PACKAGES_TAG] = system_packages.join(' ');
  return tags;
}

/**
 * Amazon's newest Amazon Linux 2023 at the time of each bake; as an ARN, so that a schedule sees when it is renewed.
 */
function baseImage(scope: Construct, { architecture }: Settings): string {
  return Stack.of(scope).formatArn({
    service: 'imagebuilder',
    account: 'aws',
    resource: 'image',
    resourceName: `amazon-linux-2023-${architecture === 'arm64' ? 'arm64' : 'x86'}/x.x.x`,
  });
}

function schedule(expression: string): imagebuilder.CfnImagePipeline.ScheduleProperty {
  return {
    scheduleExpression: expression,
    timezone: 'Etc/UTC',
    // Also bakes only when the base image or a component has a newer version: nothing new, nothing baked.
    pipelineExecutionStartCondition: 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE',
    autoDisablePolicy: { failureCount: FAILURES_UNTIL_OFF },
  };
}
