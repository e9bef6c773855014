import { setTimeout as pause } from 'node:timers/promises';
import { type LaunchTemplateVersion, paginateDescribeLaunchTemplateVersions } from '@aws-sdk/client-ec2';
import type { BakeContext } from './context';

/** Which launch template version has the AMI of a bake. */
export interface TemplateVersion {
  number: number;
  isDefault: boolean;
  /** The default version, whichever it is. */
  defaultNumber: number;
}

export interface WaitOptions {
  pollMs: number;
  signal?: AbortSignal;
}

/** How often the publisher's decision is asked for. */
const ATTEMPTS = 12;

/**
 * The version that an AMI became. Image Builder adds one and the publisher then makes it, or its own, the default: that
 * is waited for a while, and then what there is counts. Undefined when no version has the AMI.
 */
export async function versionOfImage(
  context: BakeContext,
  imageId: string,
  { pollMs, signal }: WaitOptions,
): Promise<TemplateVersion | undefined> {
  for (let attempt = 1; ; attempt++) {
    const found = await readVersion(context, imageId);
    if (found?.isDefault || attempt === ATTEMPTS) return found;
    await pause(pollMs, undefined, { signal });
  }
}

/** The default version if it has the AMI, else the latest that has. */
export async function readVersion(
  { ec2, templateId }: BakeContext,
  imageId: string,
): Promise<TemplateVersion | undefined> {
  const versions: LaunchTemplateVersion[] = [];
  const pages = paginateDescribeLaunchTemplateVersions({ client: ec2 }, { LaunchTemplateId: templateId });
  for await (const { LaunchTemplateVersions = [] } of pages) versions.push(...LaunchTemplateVersions);
  const defaultNumber = versions.find(({ DefaultVersion }) => DefaultVersion)?.VersionNumber ?? 0;
  const numbers = versions
    .filter((one) => one.LaunchTemplateData?.ImageId === imageId)
    .map((one) => one.VersionNumber ?? 0);
  if (numbers.length === 0) return undefined;
  const isDefault = numbers.includes(defaultNumber);
  return { number: isDefault ? defaultNumber : Math.max(...numbers), isDefault, defaultNumber };
}
