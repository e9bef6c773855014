import { EC2Client } from '@aws-sdk/client-ec2';
import { EXIT, UserError } from '../../contract/user-error';
import type { MovedDefault } from '../json/settings-use';
import { changesBetween, saysTheSame } from '../settings/changes-between';
import type { TemplateContext } from '../settings/context';
import { defaultsSoFar } from '../settings/defaults';
import { findVersion } from '../settings/find-version';
import { type Move, moveTo } from '../settings/make-default';
import { printMove } from '../settings/print-move';
import { settingsOf } from '../settings/settings-of';
import { readVersions } from '../settings/versions';
import { type Named, optionsOf } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { quoted } from '../shared/quoted';
import { findSystem, type System } from '../shared/system';
import { changedData } from './changed-data';
import { type Changes, parseChanges } from './changes';
import { newVersion } from './new-version';

export interface OverrideOptions extends Globals {
  templateId?: string;
  try?: boolean;
  note?: string;
}

/** `override name=value...`: a new launch template version with these settings. Returns the exit status. */
export async function override(words: string[], options: OverrideOptions): Promise<number> {
  const changes = parseChanges(words);
  const system = await systemOf(options);
  const ec2 = new EC2Client(system.client);
  try {
    const context = { system, ec2, template: await readVersions(ec2, system.templateId) };
    const note = options.note ?? `override: ${words.join(' ')}`;
    const move = await set(context, changes, { note, try: options.try });
    printMove(context, move, options, options.templateId ? templateAdvice : undefined);
    return EXIT.done;
  } finally {
    ec2.destroy();
  }
}

type Target = Named & Pick<System, 'templateId' | 'client'>;

async function systemOf({ templateId, ...globals }: OverrideOptions): Promise<Target> {
  if (!templateId) return findSystem(globals);
  if (globals.local || globals.stack !== undefined) {
    throw new UserError('--template-id names the launch template itself: leave --local and --stack out');
  }
  return { templateId, client: {}, options: optionsOf(globals) };
}

/** Of a launch template whose system is not known: no command of ours would find it. */
function templateAdvice(
  { system }: { system: Named },
  { template_id, is_default, moved, version, before }: MovedDefault,
) {
  if (is_default && !moved) return [];
  const number = String(is_default ? before : version);
  const words = ['--launch-template-id', template_id, '--default-version', number, ...system.options].map(quoted);
  return [
    is_default ? 'To go back:' : 'To make it the default:',
    `  aws ec2 modify-launch-template ${words.join(' ')}`,
  ];
}

/**
 * Writes a version that is the default with these changes, and makes it the default unless it shall only be tried.
 * Nothing is written for changes that change nothing.
 *
 * @throws UserError when no job could run because of the changes (2), or somebody else has moved the default
 * meanwhile (3), and the SDK's error when EC2 refuses
 */
export async function set(
  context: TemplateContext,
  changes: Changes,
  options: { note: string; try?: boolean },
): Promise<Move> {
  const { ec2, template } = context;
  const current = findVersion(context);
  const { number: before } = current;
  const unmoved = { template_id: template.templateId, before, moved: false, rollback_to: null };
  if (saysTheSame(current.data, changedData(current.data, changes))) {
    return { result: { ...unmoved, version: before, is_default: true, changes: [] } };
  }
  const version = await newVersion(ec2, template.templateId, current, changes, options.note);
  if (options.try) {
    const changed = changesBetween(settingsOf(current.data), settingsOf(version.data));
    return { result: { ...unmoved, version: version.number, is_default: false, changes: changed } };
  }
  const line = [...defaultsSoFar(template, template.defaultsTag), version.number];
  const withNew = { ...template, versions: [version, ...template.versions] };
  return moveTo({ ...context, template: withNew }, version, line);
}
