import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';

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
  /** ARN of the image build version, when Image Builder made it (its tag `Ec2ImageBuilderArn`). */
  buildArn?: string;
}

/** The launch template as it is now, with those AMIs of its versions that exist. */
export interface TemplateState {
  defaultVersion: number;
  versions: readonly TemplateVersion[];
  images: ReadonlyMap<string, ImageInfo>;
}

export function versionNumbered(template: TemplateState, number: number): TemplateVersion | undefined {
  return template.versions.find((version) => version.number === number);
}

/** The default version. Throws when the state lacks it, which EC2 never answers: it cannot be deleted. */
export function defaultOf(template: TemplateState): TemplateVersion {
  const found = versionNumbered(template, template.defaultVersion);
  if (!found) throw new Error(`the launch template has no version ${template.defaultVersion}, its default`);
  return found;
}

/**
 * Whether an instance could start from a version's image. A reference (`resolve:ssm:...`) is resolved by EC2 at the
 * launch and belongs to whoever wrote it, so it counts as existing.
 */
export function hasImage(template: TemplateState, { data }: TemplateVersion): boolean {
  if (!data.ImageId) return false;
  return data.ImageId.startsWith('resolve:') || template.images.has(data.ImageId);
}
