import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { ImageInfo, TemplateVersion } from '../../lambda/publish/template';
import { type LaunchFacts, readLaunchFacts } from '../settings/launch-facts';
import { instanceTags } from '../settings/settings-of';

/** The launch template version that jobs start from, with what EC2 knows of its AMI and instance type. */
export interface DefaultVersion extends TemplateVersion, LaunchFacts {
  /** Who asked EC2 for it. */
  writer: string;
  /** The instance tags: the settings of the app. */
  tags: Readonly<Record<string, string>>;
  /** Its AMI; undefined when there is none, or none that can be launched. */
  image?: ImageInfo;
}

/** Reads the default version and its image. Throws the SDK's error. */
export async function readDefaultVersion(ec2: EC2Client, LaunchTemplateId: string): Promise<DefaultVersion> {
  const { LaunchTemplateVersions: [version] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Default'] }),
  );
  const data = version?.LaunchTemplateData ?? {};
  const { ImageId = '' } = data;
  const facts = await readLaunchFacts(ec2, [data]);
  return {
    number: version?.VersionNumber ?? 0,
    description: version?.VersionDescription ?? '',
    writer: version?.CreatedBy ?? '',
    data,
    tags: instanceTags(data),
    ...facts,
    image: facts.images.get(ImageId),
  };
}
