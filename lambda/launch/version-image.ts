import { DescribeLaunchTemplateVersionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { findImage } from '../shared/find-image';

/** The image of one launch template version, as EC2 has it. `version` is its number, also of the default. */
export type VersionImage =
  | { kind: 'none'; version: string }
  | { kind: 'gone'; version: string; imageId: string }
  /** It exists; `state` is EC2's word for whether it can be launched ("ImageState", EC2 API reference). */
  | { kind: 'there'; version: string; imageId: string; state: string };

/**
 * Looks which image a version names, and whether that exists. Throws the SDK's error.
 *
 * How EC2 words a launch without an image is documented nowhere: `MissingParameter` for ImageId and
 * `InvalidParameterValue` for amiIdList are both on record. The version itself tells.
 */
export async function imageOfVersion(
  ec2: EC2Client,
  LaunchTemplateId: string,
  version = '$Default',
): Promise<VersionImage> {
  const { LaunchTemplateVersions: [found] = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [version] }),
  );
  const named = { version: String(found?.VersionNumber ?? version) };
  const imageId = found?.LaunchTemplateData?.ImageId;
  if (!imageId) return { kind: 'none', ...named };
  // A reference to a parameter is resolved by EC2 at the launch.
  if (!imageId.startsWith('ami-')) return { kind: 'there', ...named, imageId, state: 'available' };
  const image = await findImage(ec2, imageId);
  return image
    ? { kind: 'there', ...named, imageId, state: image.State ?? 'available' }
    : { kind: 'gone', ...named, imageId };
}
