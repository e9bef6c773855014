import type {
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateVersion,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { LAUNCH_TEMPLATE_TOKEN, recall, remember } from './client-tokens';
import { invalidCombination, invalidParameterValue } from './errors';
import { applyFilters } from './filters';
import { findTemplate, findVersion } from './find-template';
import { page } from './pages';
import type { TemplateRecord, VersionRecord } from './state';
import { checkTemplateData } from './templates';
import { callerArn, type World } from './world';

interface Located {
  template: TemplateRecord;
  version: VersionRecord;
}

/**
 * Adds a version. With `SourceVersion` it starts from that version, and each top-level field of the request replaces
 * the source's field as a whole: tags, block devices and metadata options are not merged. Without it, it holds only
 * what the request says. A field can therefore be replaced, never removed, by copying.
 *
 * @throws Ec2Error `MissingParameter` when the request has no data at all, also with `SourceVersion`
 */
export function createLaunchTemplateVersion(
  world: World,
  input: CreateLaunchTemplateVersionRequest,
): CreateLaunchTemplateVersionResult {
  const template = findTemplate(world, input);
  const { tokens } = world.state;
  const scope = `CreateLaunchTemplateVersion ${template.id}`;
  const [made] = recall(tokens, scope, input.ClientToken, input, LAUNCH_TEMPLATE_TOKEN) ?? [];
  if (made) return { LaunchTemplateVersion: versionAnswer({ template, version: findVersion(template, made) }) };

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
  return { LaunchTemplateVersion: versionAnswer({ template, version }) };
}

/** Versions of one template, newest first; or the `$Default` and `$Latest` ones of all templates. */
export function describeLaunchTemplateVersions(
  world: World,
  input: DescribeLaunchTemplateVersionsRequest,
): DescribeLaunchTemplateVersionsResult {
  const matching = applyFilters<Located>(
    input.LaunchTemplateId || input.LaunchTemplateName ? ofOneTemplate(world, input) : ofAllTemplates(world, input),
    input.Filters,
    {
      'create-time': ({ version }) => version.createTime,
      'image-id': ({ version }) => version.data.ImageId,
      'instance-type': ({ version }) => version.data.InstanceType,
      'is-default-version': ({ template, version }) => String(template.defaultVersion === version.number),
      'iam-instance-profile': ({ version }) => [
        version.data.IamInstanceProfile?.Arn,
        version.data.IamInstanceProfile?.Name,
      ],
    },
    () => ({}),
  );
  const idOf = ({ template, version }: Located) => `${template.id} ${version.number}`;
  const { items, NextToken } = page(matching, idOf, input, { min: 1, max: 200, default: 200 });
  return { LaunchTemplateVersions: items.map(versionAnswer), NextToken };
}

/** Answers for each version by itself: those that could go, and those that could not and why. The default never can. */
export function deleteLaunchTemplateVersions(
  world: World,
  input: DeleteLaunchTemplateVersionsRequest,
): DeleteLaunchTemplateVersionsResult {
  const template = findTemplate(world, input);
  const result = {
    SuccessfullyDeletedLaunchTemplateVersions: [] as object[],
    UnsuccessfullyDeletedLaunchTemplateVersions: [] as object[],
  } satisfies DeleteLaunchTemplateVersionsResult;
  for (const wanted of input.Versions ?? []) {
    const number = Number(wanted);
    const item = { LaunchTemplateId: template.id, LaunchTemplateName: template.name, VersionNumber: number };
    const refusal = whyNotDeletable(template, wanted);
    if (refusal) {
      result.UnsuccessfullyDeletedLaunchTemplateVersions.push({ ...item, ResponseError: refusal });
    } else {
      template.versions = template.versions.filter((version) => version.number !== number);
      result.SuccessfullyDeletedLaunchTemplateVersions.push(item);
    }
  }
  return result;
}

function whyNotDeletable(template: TemplateRecord, wanted: string) {
  if (!template.versions.some(({ number }) => String(number) === wanted)) {
    const Message = `The specified launch template version ${wanted} does not exist.`;
    return { Code: 'launchTemplateVersionDoesNotExist' as const, Message };
  }
  if (wanted !== String(template.defaultVersion)) return undefined;
  const Message = 'Cannot delete the default version of a launch template; set another version as the default first.';
  return { Code: 'unexpectedError' as const, Message };
}

function ofOneTemplate(world: World, input: DescribeLaunchTemplateVersionsRequest): Located[] {
  const template = findTemplate(world, input);
  const named = input.Versions ?? [];
  if (named.length > 0 && (input.MinVersion || input.MaxVersion)) {
    throw invalidCombination('Versions cannot be specified together with MinVersion or MaxVersion');
  }
  const min = input.MinVersion ? Number(input.MinVersion) : 1;
  const max = input.MaxVersion ? Number(input.MaxVersion) : Number.POSITIVE_INFINITY;
  const versions =
    named.length > 0
      ? [...new Set(named.map((version) => findVersion(template, version)))]
      : template.versions.filter(({ number }) => number >= min && number <= max);
  return versions.sort((a, b) => b.number - a.number).map((version) => ({ template, version }));
}

function ofAllTemplates(world: World, input: DescribeLaunchTemplateVersionsRequest): Located[] {
  const named = input.Versions ?? [];
  if (named.length === 0 || named.some((version) => version !== '$Default' && version !== '$Latest')) {
    throw invalidParameterValue('Without a launch template, Versions must be $Latest, $Default or both');
  }
  return [...world.state.templates.values()].flatMap((template) =>
    [...new Set(named.map((version) => findVersion(template, version)))].map((version) => ({ template, version })),
  );
}

function versionAnswer({ template, version }: Located): LaunchTemplateVersion {
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
