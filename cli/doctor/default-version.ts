import {
  DescribeImagesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  type Image,
  type ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';

/** The launch template version that jobs start from. */
export interface DefaultVersion {
  number: number;
  /** Who wrote it, and why. */
  description: string;
  /** Who asked EC2 for it. */
  writer: string;
  data: ResponseLaunchTemplateData;
  /** The instance tags: the settings of the app. */
  tags: Readonly<Record<string, string>>;
  /** Its AMI as EC2 knows it; undefined when there is none, or no more. */
  image?: Image;
}

/** Reads the default version and its image. Throws the SDK's error. */
export async function readDefaultVersion(ec2: EC2Client, LaunchTemplateId: string): Promise<DefaultVersion> {
  const { LaunchTemplateVersions: [version] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Default'] }),
  );
  const data = version?.LaunchTemplateData ?? {};
  const { TagSpecifications = [] } = data;
  const tags = TagSpecifications.flatMap(({ ResourceType, Tags = [] }) => (ResourceType === 'instance' ? Tags : []));
  return {
    number: version?.VersionNumber ?? 0,
    description: version?.VersionDescription ?? '',
    writer: version?.CreatedBy ?? '',
    data,
    tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    image: await imageOf(ec2, data),
  };
}

/** Asked by filter: naming an image that is gone would be an error. */
async function imageOf(ec2: EC2Client, { ImageId }: ResponseLaunchTemplateData): Promise<Image | undefined> {
  if (!ImageId?.startsWith('ami-')) return undefined;
  const Filters = [{ Name: 'image-id', Values: [ImageId] }];
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ Filters }));
  return image;
}
