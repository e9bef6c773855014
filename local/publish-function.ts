import { CreateLaunchTemplateVersionCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { SCHEDULE_EVENT } from '../contract/schedule-event';
import { BAKED_PACKAGES_TAG, BUILD_ARN_TAG, PYTHON_TAG } from '../contract/tags';
import { TOPIC_ARN } from './account';
import { AsyncInvocation } from './lambda/async-invocation';
import type { Deployment } from './lambda/deploy-function';

/** The deployed publisher behind the rules that the stack has for it. */
export interface PublishFunction {
  /**
   * A bake is finished and has made an image of this folder: what Image Builder then does, down to the event that the
   * publisher gets. Resolves when that is handled. Returns the AMI.
   */
  baked(rootDir: string): Promise<string>;
  /** One round of its schedule. */
  runSchedule(): Promise<void>;
  close(): Promise<void>;
}

/** Connects lambda/publish with finished bakes and its schedule. `ec2`: for what Image Builder does after a bake. */
export function startPublishFunction(deployment: Deployment, ec2: EC2Client): PublishFunction {
  const { services, templateId, settings } = deployment;
  const { pipeline } = services;
  const publish = new AsyncInvocation(deployment, {
    name: 'publish',
    environment: {
      TEMPLATE_ID: templateId,
      STACK_NAME: settings.name,
      PIPELINE_ARN: pipeline.arn,
      IMAGE_ARN_PREFIX: pipeline.imageArnPrefix,
      TOPIC_ARN,
      SUBNET_IDS: '',
    },
  });
  return {
    async baked(rootDir) {
      const arn = pipeline.nextArn();
      const { architecture, python_version, system_packages } = settings;
      const tags = {
        CreatedBy: 'EC2 Image Builder',
        [BUILD_ARN_TAG]: arn,
        [PYTHON_TAG]: python_version,
        // Of this machine's own: a bake here installs none.
        [BAKED_PACKAGES_TAG]: system_packages.join(' '),
      };
      const name = arn.split('/').slice(1).join('-');
      const imageId = services.ec2.addImage({ name, rootDir, architecture, tags });
      pipeline.add(arn, imageId);
      // Distribution adds a candidate version and leaves the default alone (`setDefaultVersion: false`).
      await ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: templateId,
          SourceVersion: '$Default',
          LaunchTemplateData: { ImageId: imageId },
        }),
      );
      await publish.send({
        source: 'aws.imagebuilder',
        'detail-type': 'EC2 Image Builder Image State Change',
        resources: [arn],
        detail: { 'previous-state': { status: 'INTEGRATING' }, state: { status: 'AVAILABLE' } },
      });
      return imageId;
    },
    runSchedule: () => publish.send(SCHEDULE_EVENT),
    close: () => publish.close(),
  };
}
