import type {
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateVersion,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { LAUNCH_TEMPLATE_TOKEN, recall, remember } from './client-tokens';
import { invalidParameterValue } from './errors';
import { applyFilters } from './filters';
import { findTemplate, findVersion } from './find-template';
import { page } from './pages';
import type { TemplateRecord, VersionRecord } from './state';
import { checkTemplateData } from './templates';
import { callerArn, type World } from './world';

/**
 * Adds a version. With `SourceVersion` it starts from that version, and each top-level field of the request replaces
 * the source's field as a whole: tags, block devices and metadata options are not merged. Without it, it holds only
 * what the request says. A field can therefore be replaced, never removed, by copying.
 *
 * @throws Ec2Error `MissingParameter` when the request has no data at all, also with `SourceVersion`
 */
export function createLaunchTemplateVersion(
  input: CreateLaunchTemplateVersionRequest,
  world: World,
): CreateLaunchTemplateVersionResult {
  const template = findTemplate(world, input);
  const { tokens } = world.state;
  const scope = `CreateLaunchTemplateVersion ${template.id}`;
  const [made] = recall(tokens, scope, input.ClientToken, input, LAUNCH_TEMPLATE_TOKEN) ?? [];
  if (made) return { LaunchTemplateVersion: versionAnswer(template, findVersion(template, made)) };

  const source = input.SourceVersion ? findVersion(template, input.SourceVersion).data : {};
  const data = { ...source, ...checkTemplateData(input.LaunchTemplateData) };
  if ((input.VersionDescription ?? '').length > 255) {
    throw invalidParameterValue('The version description may have up to 255 characters');
  }
  const version: VersionRecord = {
    number: template.nextVersion,
    description: input.VersionDescription,
    createTime: world.now().toISOString(),
    createdBy: callerArn(world),
    data,
  };
  template.nextVersion += 1;
  template.versions.push(version);
  remember(tokens, scope, input.ClientToken, input, [String(version.number)]);
  return { LaunchTemplateVersion: versionAnswer(template, version) };
}

/** Versions of one template, newest first: all of them, or those asked for. */
export function describeLaunchTemplateVersions(
  input: DescribeLaunchTemplateVersionsRequest,
  world: World,
): DescribeLaunchTemplateVersionsResult {
  const template = findTemplate(world, input);
  const wanted = input.Versions?.length
    ? [...new Set(input.Versions.map((version) => findVersion(template, version)))]
    : template.versions;
  const newestFirst = applyFilters(wanted, input.Filters, {}, () => ({})).sort((a, b) => b.number - a.number);
  const { items, NextToken } = page(newestFirst, (v) => String(v.number), input, { min: 1, max: 200, default: 200 });
  return { LaunchTemplateVersions: items.map((version) => versionAnswer(template, version)), NextToken };
}

function versionAnswer(template: TemplateRecord, version: VersionRecord): LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description,
    CreateTime: new Date(version.createTime),
    CreatedBy: version.createdBy,
    DefaultVersion: template.defaultVersion === version.number,
    LaunchTemplateData: version.data as ResponseLaunchTemplateData,
  };
}
