import { CreateLaunchTemplateCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Settings } from '../contract/settings';
import { synthesizeLaunchTemplate } from '../infra/synthesize-template';

/**
 * Creates the launch template of the stack's own synthesis, with the local image, as a finished first bake leaves it.
 * Returns its id.
 */
export async function installTemplate(
  ec2: Pick<EC2Client, 'send'>,
  settings: Settings,
  imageId: string,
): Promise<string> {
  const { name, data, tags } = synthesizeLaunchTemplate(settings);
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      VersionDescription: 'the settings with the local image',
      LaunchTemplateData: { ...data, ImageId: imageId },
      TagSpecifications: [
        { ResourceType: 'launch-template', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    }),
  );
  return LaunchTemplate?.LaunchTemplateId as string;
}
