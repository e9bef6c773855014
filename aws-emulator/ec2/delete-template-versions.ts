import { Ec2Error } from './errors';
import { findTemplate } from './find-template';
import type { TemplateRecord, VersionRecord } from './state';
import type { Ec2Handler } from './world';

/** EC2 API Reference, DeleteLaunchTemplateVersions: "up to 200 launch template versions in a single request". */
const MOST_VERSIONS = 200;

/**
 * Deletes versions by their numbers, each with an outcome of its own: the default version and one that is not there
 * are among the failures. Numbers are never given again.
 *
 * @throws Ec2Error the errors of {@link findTemplate}, and `InvalidParameterValue` for no number or too many
 */
export const deleteLaunchTemplateVersions: Ec2Handler<'DeleteLaunchTemplateVersions'> = (input, world) => {
  const template = findTemplate(world, input);
  const numbers = input.Versions.map(Number);
  if (numbers.length === 0 || numbers.length > MOST_VERSIONS || !numbers.every((one) => Number.isInteger(one))) {
    throw new Ec2Error('InvalidParameterValue', `Versions must be between 1 and ${MOST_VERSIONS} version numbers`);
  }
  const outcomes = numbers.map((number) => ({
    ...answerFor(template, number),
    ResponseError: remove(template, number),
  }));
  return {
    SuccessfullyDeletedLaunchTemplateVersions: outcomes.filter(({ ResponseError }) => !ResponseError),
    UnsuccessfullyDeletedLaunchTemplateVersions: outcomes.filter(({ ResponseError }) => ResponseError),
  };
};

function remove(template: TemplateRecord, number: number) {
  const isIt = ({ VersionNumber }: VersionRecord) => VersionNumber === number;
  if (!template.versions.some(isIt)) {
    const Message = `The specified launch template version ${number} does not exist.`;
    return { Code: 'launchTemplateVersionDoesNotExist' as const, Message };
  }
  if (number === template.defaultVersion) {
    const Message = `The default version ${number} of a launch template cannot be deleted.`;
    return { Code: 'unexpectedError' as const, Message };
  }
  template.versions = template.versions.filter((one) => !isIt(one));
  return undefined;
}

function answerFor({ id, name }: TemplateRecord, VersionNumber: number) {
  return { LaunchTemplateId: id, LaunchTemplateName: name, VersionNumber };
}
