import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import { APP_SETTINGS } from '../../contract/app-settings';
import { architectureOf } from '../../contract/instance-types';
import { SYSTEM_PACKAGES_TAG } from '../../contract/tags';

/** What a launch template version holds: the AMI, and everything else, which is called its settings here. */
export type TemplateData = ResponseLaunchTemplateData;

/** One version of the launch template. Versions are immutable; numbers only grow. */
export interface TemplateVersion {
  number: number;
  /** Empty when its writer gave none, as CloudFormation and Image Builder do. */
  description: string;
  data: TemplateData;
}

/** An AMI that exists. */
export interface ImageInfo {
  id: string;
  /** ISO 8601. */
  created: string;
  /** ARN of the image build version, when Image Builder made it. */
  buildArn?: string;
  /** In EC2's words: `x86_64`, `arm64`. */
  architecture?: string;
  /** The `python_version` that was baked into it; of an image of ours only. */
  pythonVersion?: string;
  /** The `system_packages` that were baked into it; of an image of ours only. */
  systemPackages?: readonly string[];
}

/** What Image Builder says of the pipeline. */
export interface PipelineState {
  /** ARN of the recipe that it bakes. */
  recipeArn: string;
  /** ARNs of its bakes that have failed or are under way: either may have an AMI already, and a version with it. */
  notGood: ReadonlySet<string>;
}

/** The launch template as it is now, with those AMIs of its versions that exist. */
export interface TemplateState {
  defaultVersion: number;
  versions: readonly TemplateVersion[];
  images: ReadonlyMap<string, ImageInfo>;
  /** Absent when Image Builder does not answer. */
  pipeline?: PipelineState;
}

/** The version with a number; undefined when there is none, or it was deleted. */
export function versionNumbered(template: TemplateState, number: number): TemplateVersion | undefined {
  return template.versions.find((version) => version.number === number);
}

/** The AMI with an id; undefined when there is no id, or no such AMI. */
export function imageNamed({ images }: TemplateState, id = ''): ImageInfo | undefined {
  return images.get(id);
}

/** The version with the highest number. */
export function latestOf(versions: readonly TemplateVersion[]): TemplateVersion | undefined {
  return versions.reduce<TemplateVersion | undefined>(
    (last, one) => (last && last.number > one.number ? last : one),
    undefined,
  );
}

/** The default version. Throws when the state lacks it, which EC2 never answers: it cannot be deleted. */
export function defaultOf(template: TemplateState): TemplateVersion {
  const found = versionNumbered(template, template.defaultVersion);
  if (!found) throw new Error(`the launch template has no version ${template.defaultVersion}, its default`);
  return found;
}

/** Whether EC2 would start an image with these settings: it refuses an instance type of another architecture. */
export function boots(image: ImageInfo, { InstanceType }: TemplateData): boolean {
  return !image.architecture || !InstanceType || architectureOf(InstanceType) === image.architecture;
}

/**
 * Whether a job with these settings would also find its Python and its packages there. Of an image that is not ours
 * nobody knows.
 */
export function suits(image: ImageInfo, data: TemplateData): boolean {
  return boots(image, data) && hasPython(image, data) && lackingPackages(image, data).length === 0;
}

/** The Python alone. */
export function hasPython(image: ImageInfo, data: TemplateData): boolean {
  return !image.pythonVersion || image.pythonVersion === pythonVersionOf(data);
}

/** The `system_packages` of these settings that the image lacks. */
export function lackingPackages({ systemPackages }: ImageInfo, data: TemplateData): string[] {
  if (!systemPackages) return [];
  return packagesIn(instanceTag(data, SYSTEM_PACKAGES_TAG)).filter((name) => !systemPackages.includes(name));
}

/** The names in the value of a tag. */
export function packagesIn(tag = ''): string[] {
  return tag.split(' ').filter((name) => name !== '');
}

function pythonVersionOf(data: TemplateData): string {
  return instanceTag(data, 'python_version') || APP_SETTINGS.python_version.default;
}

function instanceTag({ TagSpecifications = [] }: TemplateData, name: string): string | undefined {
  const tags = TagSpecifications.flatMap(({ ResourceType, Tags = [] }) => (ResourceType === 'instance' ? Tags : []));
  return tags.find(({ Key }) => Key === name)?.Value;
}

/**
 * Whether an instance could start from a version's image. A reference (`resolve:ssm:...`) is resolved by EC2 at the
 * launch and belongs to whoever wrote it, so it counts as existing.
 */
export function hasImage(template: TemplateState, { data }: TemplateVersion): boolean {
  return hasImageFor(template, data.ImageId, (image) => boots(image, data));
}

/** Whether an AMI exists and is right for something, as far as its id tells. */
export function hasImageFor(
  template: TemplateState,
  imageId: string | undefined,
  isRight: (image: ImageInfo) => boolean,
): boolean {
  if (imageId?.startsWith('resolve:')) return true;
  const image = imageNamed(template, imageId);
  return image !== undefined && isRight(image);
}
