import { CreateTagsCommand, ModifyLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { DEFAULTS_TAG } from '../../contract/tags';
import { EXIT, UserError } from '../../contract/user-error';
import { errorMessage } from '../../lambda/shared/error-message';
import { commandLine } from '../shared/command-line';
import type { TemplateContext } from './context';
import { defaultsTag } from './defaults';
import { readTemplateTags } from './versions';

/**
 * Makes a version the default, unless somebody has moved the default since it was read: what they changed would be lost
 * without a word. `line`: the defaults so far, ending with the new one.
 *
 * The tag comes first: with neither of both done, or with the tag alone, the defaults before are still known. Returns
 * what is to be said beside it.
 *
 * @throws UserError with exit status 3 when the default has moved, and the SDK's error
 */
export async function moveDefault(context: TemplateContext, line: readonly number[]): Promise<string | undefined> {
  const { system, ec2, template } = context;
  const { templateId, defaultVersion } = template;
  const number = line.at(-1) as number;
  const now = await readTemplateTags(ec2, templateId);
  if (now.defaultVersion !== defaultVersion) {
    const diff = commandLine(system, 'settings', 'diff', String(defaultVersion), String(now.defaultVersion));
    throw new UserError(
      `version ${number} was not made the default: version ${now.defaultVersion} has become it in place of ` +
        `${defaultVersion} meanwhile, and what it changed would be lost; see ${diff}, then try again`,
      EXIT.unknown,
    );
  }
  const note = await remember(context, line);
  await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: templateId, DefaultVersion: String(number) }));
  return note;
}

/** A right that is missing for the tag must not keep anybody from a roll-back at night. */
async function remember(
  { system, ec2, template }: TemplateContext,
  line: readonly number[],
): Promise<string | undefined> {
  const Tags = [{ Key: DEFAULTS_TAG, Value: defaultsTag(line) }];
  try {
    await ec2.send(new CreateTagsCommand({ Resources: [template.templateId], Tags }));
    return undefined;
  } catch (error) {
    const rollback = commandLine(system, 'rollback');
    return `the tag ${DEFAULTS_TAG} could not be written, so ${rollback} may not know this: ${errorMessage(error)}`;
  }
}
