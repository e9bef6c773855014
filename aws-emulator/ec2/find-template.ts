import { Ec2Error, invalidCombination } from './errors';
import { isId } from './ids';
import type { TemplateRecord, VersionRecord } from './state';
import type { World } from './world';

/** How requests name a template: by id or by name, never by both. */
interface TemplateReference {
  LaunchTemplateId?: string;
  LaunchTemplateName?: string;
}

/** @throws Ec2Error with the code EC2 has for each way a reference can be wrong */
export function findTemplate(world: World, reference: TemplateReference): TemplateRecord {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = reference;
  if (id && name) {
    throw invalidCombination(
      'You must specify either the launch template ID or the launch template name, but not both.',
    );
  }
  if (id) return byId(world, id);
  if (name) return byName(world, name);
  throw new Ec2Error('MissingParameter', 'You must specify either the launch template ID or the launch template name.');
}

function byId(world: World, id: string): TemplateRecord {
  if (!isId('lt', id)) {
    throw new Ec2Error('InvalidLaunchTemplateId.Malformed', `Invalid id: "${id}" (expecting "lt-...")`);
  }
  const found = world.state.templates.get(id);
  if (found) return found;
  throw new Ec2Error(
    'InvalidLaunchTemplateId.NotFound',
    `The specified launch template, with template ID ${id}, does not exist.`,
  );
}

function byName(world: World, name: string): TemplateRecord {
  const found = [...world.state.templates.values()].find((template) => template.name === name);
  if (found) return found;
  throw new Ec2Error(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  );
}

/** Of the newest version that was not deleted; there is always one, the default. */
export function latestNumber({ versions }: TemplateRecord): number {
  return versions.at(-1)?.VersionNumber ?? 0;
}

/**
 * @param version a number, `$Default` or `$Latest`; the default version when absent
 * @throws Ec2Error `InvalidLaunchTemplateId.VersionNotFound`, also when the template was named by its name
 */
export function findVersion(template: TemplateRecord, version: string | undefined): VersionRecord {
  const wanted = version || '$Default';
  const number = { $Default: template.defaultVersion, $Latest: latestNumber(template) }[wanted] ?? wanted;
  const found = template.versions.find(({ VersionNumber }) => String(VersionNumber) === String(number));
  if (found) return found;
  throw new Ec2Error(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}
