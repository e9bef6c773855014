import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  LaunchTemplate,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
  RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { LAUNCH_TEMPLATE_TOKEN, recall, remember } from './client-tokens';
import { Ec2Error, missingParameter } from './errors';
import { applyFilters } from './filters';
import { findTemplate, findVersion, latestVersion } from './find-template';
import { newId } from './ids';
import { page } from './pages';
import type { TemplateRecord } from './state';
import { tagSet, tagsFor } from './tags';
import { checkUserData } from './user-data';
import { callerArn, type World } from './world';

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

export function createLaunchTemplate(input: CreateLaunchTemplateRequest, world: World): CreateLaunchTemplateResult {
  const { templates, tokens } = world.state;
  const [made] = recall(tokens, 'CreateLaunchTemplate', input.ClientToken, input, LAUNCH_TEMPLATE_TOKEN) ?? [];
  const before = made && templates.get(made);
  if (before) return { LaunchTemplate: templateAnswer(before) };

  const name = input.LaunchTemplateName ?? '';
  if (!NAME.test(name)) {
    throw new Ec2Error(
      'InvalidLaunchTemplateName.MalformedException',
      'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _',
    );
  }
  if ([...templates.values()].some((template) => template.name === name)) {
    throw new Ec2Error('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
  }
  const data = checkTemplateData(input.LaunchTemplateData);
  const createTime = world.now().toISOString();
  const createdBy = callerArn(world);
  const template: TemplateRecord = {
    id: newId('lt'),
    name,
    createTime,
    createdBy,
    tags: tagsFor(input.TagSpecifications, 'launch-template'),
    defaultVersion: 1,
    nextVersion: 2,
    versions: [{ number: 1, description: input.VersionDescription, createTime, createdBy, data }],
  };
  templates.set(template.id, template);
  remember(tokens, 'CreateLaunchTemplate', input.ClientToken, input, [template.id]);
  return { LaunchTemplate: templateAnswer(template) };
}

export function describeLaunchTemplates(
  input: DescribeLaunchTemplatesRequest,
  world: World,
): DescribeLaunchTemplatesResult {
  const named = [
    ...(input.LaunchTemplateIds ?? []).map((id) => findTemplate(world, { LaunchTemplateId: id })),
    ...(input.LaunchTemplateNames ?? []).map((name) => findTemplate(world, { LaunchTemplateName: name })),
  ];
  const matching = applyFilters(
    named.length > 0 ? named : [...world.state.templates.values()],
    input.Filters,
    {},
    (t) => t.tags,
  );
  const { items, NextToken } = page(matching, (t) => t.id, input, { min: 1, max: 200, default: 200 });
  return { LaunchTemplates: items.map(templateAnswer), NextToken };
}

/** The only change a template knows: which version is the default. */
export function modifyLaunchTemplate(input: ModifyLaunchTemplateRequest, world: World): ModifyLaunchTemplateResult {
  const template = findTemplate(world, input);
  if (!input.DefaultVersion) throw missingParameter('SetDefaultVersion');
  template.defaultVersion = findVersion(template, input.DefaultVersion).number;
  return { LaunchTemplate: templateAnswer(template) };
}

/**
 * The little that EC2 looks at before a launch ("Launch template parameters are not fully validated when you create the
 * launch template"): that there is data, and that user data is base64 of at most 16 KiB.
 */
export function checkTemplateData(data: RequestLaunchTemplateData | undefined): RequestLaunchTemplateData {
  if (!data || Object.keys(data).length === 0) throw missingParameter('LaunchTemplateData');
  checkUserData(data.UserData);
  return data;
}

function templateAnswer(template: TemplateRecord): LaunchTemplate {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createTime),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: latestVersion(template),
    Tags: tagSet(template.tags),
  };
}
