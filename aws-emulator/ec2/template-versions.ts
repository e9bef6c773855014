import type { LaunchTemplateVersion, RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { identityOf } from '../identity';
import { LAUNCH_TEMPLATE_TOKEN, once } from './client-tokens';
import { invalidCombination, invalidParameterValue } from './errors';
import { applyFilters, type FilterFields } from './filters';
import { findTemplate, findVersion } from './find-template';
import { page } from './pages';
import type { TemplateRecord, VersionRecord } from './state';
import { addVersion, checkTemplateData } from './templates';
import type { Ec2Handler } from './world';

/**
 * Adds a version. With `SourceVersion` it starts from that version, and each top-level field of the request replaces
 * the source's field as a whole: tags, block devices and metadata options are not merged. Without it, it holds only
 * what the request says. A field can therefore be replaced, never removed, by copying.
 *
 * @throws Ec2Error `MissingParameter` when the request has no data at all, also with `SourceVersion`
 */
export const createLaunchTemplateVersion: Ec2Handler<'CreateLaunchTemplateVersion'> = (
  input,
  world,
  { accessKeyId },
) => {
  const template = findTemplate(world, input);
  const CreatedBy = identityOf(accessKeyId, world.accountId).Arn;
  const scope = `CreateLaunchTemplateVersion ${template.id}`;
  const [number] = once(world, scope, input, LAUNCH_TEMPLATE_TOKEN, () => {
    const source = input.SourceVersion ? findVersion(template, input.SourceVersion).LaunchTemplateData : {};
    const data = { ...(source as RequestLaunchTemplateData), ...checkTemplateData(input.LaunchTemplateData) };
    const { VersionDescription } = input;
    if ((VersionDescription ?? '').length > 255) {
      throw invalidParameterValue('The version description may have up to 255 characters');
    }
    return [String(addVersion(world, template, data, { CreatedBy, VersionDescription }).VersionNumber)];
  });
  return { LaunchTemplateVersion: versionAnswer(template, findVersion(template, number)) };
};

/** Versions of one template, newest first: all of them, a range of numbers, or those asked for. */
export const describeLaunchTemplateVersions: Ec2Handler<'DescribeLaunchTemplateVersions'> = (input, world) => {
  const template = findTemplate(world, input);
  if (input.Versions?.length && (input.MinVersion ?? input.MaxVersion) !== undefined) {
    throw invalidCombination('You cannot specify versions together with a minimum or a maximum version.');
  }
  const wanted = input.Versions?.length
    ? [...new Set(input.Versions.map((version) => findVersion(template, version)))]
    : template.versions.filter(({ VersionNumber }) => isBetween(VersionNumber, input.MinVersion, input.MaxVersion));
  const newestFirst = applyFilters(wanted, input.Filters, filtersOf(template), () => ({})).sort(
    (a, b) => b.VersionNumber - a.VersionNumber,
  );
  const limits = { min: 1, max: 200 };
  const { items, NextToken } = page(newestFirst, (v) => String(v.VersionNumber), input, limits);
  return { LaunchTemplateVersions: items.map((version) => versionAnswer(template, version)), NextToken };
};

function versionAnswer(template: TemplateRecord, version: VersionRecord): LaunchTemplateVersion {
  return { ...version, DefaultVersion: template.defaultVersion === version.VersionNumber };
}

/** Both ends belong to the range. @throws Ec2Error `InvalidParameterValue` for an end that is no number */
function isBetween(number: number, min = '1', max = 'Infinity'): boolean {
  const [from, to] = [Number(min), Number(max)];
  if (Number.isNaN(from) || Number.isNaN(to)) throw invalidParameterValue(`Invalid version range: ${min} to ${max}`);
  return from <= number && number <= to;
}

function filtersOf({ defaultVersion }: TemplateRecord): FilterFields<VersionRecord> {
  return {
    'create-time': (v) => v.CreateTime?.toISOString(),
    'image-id': (v) => v.LaunchTemplateData?.ImageId,
    'instance-type': (v) => v.LaunchTemplateData?.InstanceType,
    'is-default-version': (v) => String(v.VersionNumber === defaultVersion),
  };
}
