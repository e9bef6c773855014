import { type EC2Client, paginateDescribeImages, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import { imageInfo } from '../../lambda/publish/read-template';
import type { ImageInfo, TemplateData } from '../../lambda/publish/template';

/** What EC2 knows of the images and the instance types that versions name. */
export interface LaunchFacts {
  /** Those that exist. */
  images: ReadonlyMap<string, ImageInfo>;
  /** The images that EC2 knows and that cannot be launched at present: id to state. */
  unavailable: ReadonlyMap<string, string>;
  /** The instance types that the Region has, with their architectures; absent when that could not be found out. */
  types?: ReadonlyMap<string, readonly string[]>;
}

/** EC2's most values of one filter. */
const VALUES = 200;

/** Asks EC2 for the images and the instance types of versions. Throws the SDK's error. */
export async function readLaunchFacts(ec2: EC2Client, versions: readonly TemplateData[]): Promise<LaunchFacts> {
  const ids = versions.flatMap(({ ImageId }) => (ImageId?.startsWith('ami-') ? [ImageId] : []));
  const names = versions.flatMap(({ InstanceType }) => InstanceType ?? []);
  const [images, types] = await Promise.all([
    readImages(ec2, ids),
    // Whoever may not ask can still change settings: the launch says then what is wrong.
    readInstanceTypes(ec2, names).catch(() => undefined),
  ]);
  return { ...images, types };
}

/**
 * The instance types of these names that the Region has, with their architectures. By filter, a name that EC2 does not
 * know is no error: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
 */
async function readInstanceTypes(ec2: EC2Client, names: string[]): Promise<Map<string, string[]>> {
  const types = new Map<string, string[]>();
  for (const Filters of filtersOf('instance-type', names)) {
    for await (const { InstanceTypes = [] } of paginateDescribeInstanceTypes({ client: ec2 }, { Filters })) {
      for (const { InstanceType = '', ProcessorInfo } of InstanceTypes) {
        types.set(InstanceType, ProcessorInfo?.SupportedArchitectures ?? []);
      }
    }
  }
  return types;
}

/** Asked by filter: naming an image that is gone would fail the whole call (`InvalidAMIID.NotFound`). */
async function readImages(ec2: EC2Client, ids: string[]): Promise<Pick<LaunchFacts, 'images' | 'unavailable'>> {
  const images = new Map<string, ImageInfo>();
  const unavailable = new Map<string, string>();
  for (const Filters of filtersOf('image-id', ids)) {
    for await (const { Images = [] } of paginateDescribeImages({ client: ec2 }, { Filters })) {
      for (const { ImageId: id = '', State, ...image } of Images) {
        if (State === 'available') images.set(id, imageInfo(id, image));
        else unavailable.set(id, State ?? 'unknown');
      }
    }
  }
  return { images, unavailable };
}

function filtersOf(Name: string, values: readonly string[]): { Name: string; Values: string[] }[][] {
  const all = [...new Set(values)];
  const starts = Array.from({ length: Math.ceil(all.length / VALUES) }, (_, at) => at * VALUES);
  return starts.map((start) => [{ Name, Values: all.slice(start, start + VALUES) }]);
}
