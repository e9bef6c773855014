import type { LaunchTemplate, RequestLaunchTemplateData, ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import { identityOf } from '../identity';
import { LAUNCH_TEMPLATE_TOKEN, once } from './client-tokens';
import { Ec2Error, missingParameter } from './errors';
import { applyFilters, type FilterFields } from './filters';
import { findTemplate, findVersion, latestNumber } from './find-template';
import { newId } from './ids';
import { page } from './pages';
import type { TemplateRecord, VersionRecord } from './state';
import { tagSet, tagsFor } from './tags';
import { checkUserData } from './user-data';
import type { Ec2Handler, World } from './world';

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

/**
 * @throws Ec2Error `InvalidLaunchTemplateName.MalformedException` or `.AlreadyExistsException`, and the errors of
 * {@link checkTemplateData} and of client tokens
 */
export const createLaunchTemplate: Ec2Handler<'CreateLaunchTemplate'> = (input, world, { accessKeyId }) => {
  const by = identityOf(accessKeyId, world.accountId).Arn;
  const make = () => [newTemplate(input, world, by).id];
  const [id] = once(world, 'CreateLaunchTemplate', input, LAUNCH_TEMPLATE_TOKEN, make);
  return { LaunchTemplate: templateAnswer(findTemplate(world, { LaunchTemplateId: id })) };
};

function newTemplate(
  input: Parameters<typeof createLaunchTemplate>[0],
  world: World,
  createdBy: string,
): TemplateRecord {
  const { templates } = world.state;
  const name = input.LaunchTemplateName;
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
  const template: TemplateRecord = {
    id: newId('lt'),
    name,
    createTime: world.now(),
    createdBy,
    tags: tagsFor(input.TagSpecifications, 'launch-template'),
    defaultVersion: 1,
    lastNumber: 0,
    versions: [],
  };
  addVersion(world, template, data, { CreatedBy: createdBy, VersionDescription: input.VersionDescription });
  templates.set(template.id, template);
  return template;
}

/** Adds the next version of a template. */
export function addVersion(
  world: World,
  template: TemplateRecord,
  data: RequestLaunchTemplateData,
  origin: Pick<VersionRecord, 'CreatedBy' | 'VersionDescription'>,
): VersionRecord {
  const version: VersionRecord = {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: ++template.lastNumber,
    ...origin,
    CreateTime: world.now(),
    LaunchTemplateData: data as ResponseLaunchTemplateData,
  };
  template.versions.push(version);
  return version;
}

const FILTERS: FilterFields<TemplateRecord> = {
  'create-time': (t) => t.createTime.toISOString(),
  'launch-template-name': (t) => t.name,
};

/** All templates, or those that are named: one that does not exist is an error then. */
export const describeLaunchTemplates: Ec2Handler<'DescribeLaunchTemplates'> = (input, world) => {
  const named = [
    ...(input.LaunchTemplateIds ?? []).map((id) => findTemplate(world, { LaunchTemplateId: id })),
    ...(input.LaunchTemplateNames ?? []).map((name) => findTemplate(world, { LaunchTemplateName: name })),
  ];
  const listed = named.length > 0 ? named : [...world.state.templates.values()];
  const matching = applyFilters(listed, input.Filters, FILTERS, (t) => t.tags);
  const { items, NextToken } = page(matching, (t) => t.id, input, { min: 1, max: 200 });
  return { LaunchTemplates: items.map(templateAnswer), NextToken };
};

/** The only change a template knows: which version is the default. */
export const modifyLaunchTemplate: Ec2Handler<'ModifyLaunchTemplate'> = (input, world) => {
  const template = findTemplate(world, input);
  if (!input.DefaultVersion) throw missingParameter('SetDefaultVersion');
  template.defaultVersion = findVersion(template, input.DefaultVersion).VersionNumber;
  return { LaunchTemplate: templateAnswer(template) };
};

/**
 * The little that EC2 looks at before a launch ("Launch template parameters are not fully validated when you create the
 * launch template"): that there is data, and that user data is base64 of at most 16 KiB.
 */
export function checkTemplateData(data: RequestLaunchTemplateData): RequestLaunchTemplateData {
  if (Object.keys(data).length === 0) throw missingParameter('LaunchTemplateData');
  checkUserData(data.UserData);
  return data;
}

function templateAnswer(template: TemplateRecord): LaunchTemplate {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: template.createTime,
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: latestNumber(template),
    Tags: tagSet(template.tags),
  };
}
