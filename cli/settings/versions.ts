import {
  DescribeLaunchTemplatesCommand,
  type EC2Client,
  type LaunchTemplateVersion,
  paginateDescribeImages,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { DEFAULTS_TAG } from '../../contract/tags';
import { imageInfo } from '../../lambda/publish/read-template';
import type { ImageInfo, TemplateState, TemplateVersion } from '../../lambda/publish/template';

/** A version of the launch template with who wrote it. */
export interface SettingsVersion extends TemplateVersion {
  /** ISO 8601. */
  created: string;
  /** ARN of the principal that EC2 was called by. */
  createdBy: string;
}

/** The images of versions that EC2 knows. */
export interface Images extends Pick<TemplateState, 'images'> {
  /** Those that cannot be launched at present: id to state. */
  unavailable: ReadonlyMap<string, string>;
}

/** The launch template with all that its versions tell, newest first. */
export interface Versions extends TemplateState, Images {
  templateId: string;
  versions: readonly SettingsVersion[];
  /** The tag by which the command remembers the defaults before. */
  defaultsTag: string;
}

/** EC2's most: values of one filter, versions of one page. */
const PAGE = 200;

/** Reads the launch template of a system. Throws the SDK's error. */
export async function readVersions(ec2: EC2Client, LaunchTemplateId: string): Promise<Versions> {
  const all: LaunchTemplateVersion[] = [];
  const paging = { client: ec2, pageSize: PAGE };
  for await (const page of paginateDescribeLaunchTemplateVersions(paging, { LaunchTemplateId })) {
    all.push(...(page.LaunchTemplateVersions ?? []));
  }
  const { defaultVersion, defaultsTag } = await readTemplateTags(ec2, LaunchTemplateId);
  const versions = all.map(settingsVersion).sort((a, b) => b.number - a.number);
  const ids = new Set(versions.flatMap(({ data }) => (data.ImageId?.startsWith('ami-') ? [data.ImageId] : [])));
  return {
    templateId: LaunchTemplateId,
    defaultVersion,
    defaultsTag,
    versions,
    ...(await readImages(ec2, [...ids])),
  };
}

/** The number of the default version now, and the tag beside it. */
export async function readTemplateTags(
  ec2: EC2Client,
  templateId: string,
): Promise<{ defaultVersion: number; defaultsTag: string }> {
  const command = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [templateId] });
  const { LaunchTemplates: [template] = [] } = await ec2.send(command);
  const tag = template?.Tags?.find(({ Key }) => Key === DEFAULTS_TAG);
  return { defaultVersion: template?.DefaultVersionNumber ?? 0, defaultsTag: tag?.Value ?? '' };
}

function settingsVersion(version: LaunchTemplateVersion): SettingsVersion {
  return {
    number: version.VersionNumber ?? 0,
    description: version.VersionDescription ?? '',
    data: version.LaunchTemplateData ?? {},
    created: version.CreateTime?.toISOString() ?? '',
    createdBy: version.CreatedBy ?? '',
  };
}

/** Asked by filter: naming an image that is gone would fail the whole call (`InvalidAMIID.NotFound`). */
export async function readImages(ec2: EC2Client, ids: string[]): Promise<Images> {
  const images = new Map<string, ImageInfo>();
  const unavailable = new Map<string, string>();
  for (let start = 0; start < ids.length; start += PAGE) {
    const Filters = [{ Name: 'image-id', Values: ids.slice(start, start + PAGE) }];
    for await (const { Images = [] } of paginateDescribeImages({ client: ec2 }, { Filters })) {
      for (const { ImageId: id = '', State, ...image } of Images) {
        if (State === 'available') images.set(id, imageInfo(id, image));
        else unavailable.set(id, State ?? 'unknown');
      }
    }
  }
  return { images, unavailable };
}
