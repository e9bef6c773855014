import {
  type EC2Client,
  type Image,
  paginateDescribeImages,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { BAKED_PACKAGES_TAG, BUILD_ARN_TAG, PYTHON_TAG } from '../../contract/tags';
import { type ImageInfo, packagesIn, type TemplateState, type TemplateVersion } from './template';

/** An AMI that a bake made, and the ARN of that bake's image build version. */
export interface BakedImage {
  imageId: string;
  buildArn: string;
}

/** EC2's most: values of one filter, versions of one page. */
const PAGE = 200;

/**
 * All versions of the launch template, and those of their images that exist. `baked` is looked for too, because no
 * version may have it yet. Throws the SDK's error when EC2 does not answer.
 */
export async function readTemplate(ec2: EC2Client, templateId: string, baked?: BakedImage): Promise<TemplateState> {
  const versions: TemplateVersion[] = [];
  let defaultVersion = 0;
  const paging = { client: ec2, pageSize: PAGE };
  for await (const page of paginateDescribeLaunchTemplateVersions(paging, { LaunchTemplateId: templateId })) {
    for (const version of page.LaunchTemplateVersions ?? []) {
      const number = version.VersionNumber ?? 0;
      versions.push({
        number,
        description: version.VersionDescription ?? '',
        data: version.LaunchTemplateData ?? {},
      });
      if (version.DefaultVersion) defaultVersion = number;
    }
  }

  const ids = new Set(versions.flatMap(({ data }) => (data.ImageId?.startsWith('ami-') ? [data.ImageId] : [])));
  if (baked) ids.add(baked.imageId);
  const images = await existingImages(ec2, [...ids]);
  const image = baked && images.get(baked.imageId);
  // The bake's own word counts, should the AMI's tags be slow to appear.
  if (image) images.set(image.id, { ...image, buildArn: baked.buildArn });
  return { defaultVersion, versions, images };
}

/** Asks by filter: naming an image that is gone would fail the whole call (`InvalidAMIID.NotFound`). */
export async function existingImages(ec2: EC2Client, ids: string[]): Promise<Map<string, ImageInfo>> {
  const found = new Map<string, ImageInfo>();
  for (let start = 0; start < ids.length; start += PAGE) {
    const Values = ids.slice(start, start + PAGE);
    const Filters = [
      { Name: 'image-id', Values },
      { Name: 'state', Values: ['available'] },
    ];
    for await (const { Images = [] } of paginateDescribeImages({ client: ec2 }, { Filters })) {
      for (const image of Images) if (image.ImageId) found.set(image.ImageId, imageInfo(image.ImageId, image));
    }
  }
  return found;
}

/** What counts of an image that EC2 describes. */
export function imageInfo(id: string, image: Image): ImageInfo {
  const tag = (name: string) => image.Tags?.find(({ Key }) => Key === name)?.Value;
  const pythonVersion = tag(PYTHON_TAG);
  return {
    id,
    created: image.CreationDate ?? '',
    architecture: image.Architecture,
    buildArn: tag(BUILD_ARN_TAG),
    pythonVersion,
    // Every image of ours tells its Python, and its packages only when it has some.
    systemPackages: pythonVersion === undefined ? undefined : packagesIn(tag(BAKED_PACKAGES_TAG)),
  };
}
