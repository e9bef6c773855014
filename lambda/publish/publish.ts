import { createHash } from 'node:crypto';
import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplatesCommand,
  type EC2Client,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { GOOD_BAKE_STATES } from '../../contract/bake-states';
import { loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';
import { clip } from '../shared/text';
import type { Bakes } from './bakes';
import { type Action, decide, type Incoming } from './decide';
import { type BakedImage, readTemplate } from './read-template';
import { type PipelineState, type TemplateState, versionNumbered } from './template';

/** The launch template and the ways to write to it, and the bakes that its images come from. */
export interface TemplateWriter {
  ec2: EC2Client;
  templateId: string;
  bakes: Pick<Bakes, 'currentRecipe' | 'list'>;
  logger: Pick<EventLogger, 'info' | 'warn'>;
  pause(milliseconds: number): Promise<unknown>;
}

/** What came of an event. */
export interface Published {
  /** What was done, a sentence each. */
  done: string[];
  /** Whether nothing could be done yet, and the same event may find something to do later. */
  later: boolean;
}

/** Two suffice; more are needed only while another writer is busy, or EC2 shows what was written with a delay. */
const MAX_ROUNDS = 8;

/**
 * Brings the template to where the rule wants it after an event, and says what was done.
 *
 * Each round reads everything anew, decides, and writes at most one version and one default; the end is reached when
 * there is nothing left to decide. So a call that died halfway is finished by the next one for the same event, whatever
 * happened in between. Throws the SDK's error, or one of its own when the default version keeps changing.
 */
export async function publish(writer: TemplateWriter, incoming: Incoming, baked?: BakedImage): Promise<Published> {
  const done: string[] = [];
  let last: string | undefined;
  const pipeline = await readPipeline(writer, incoming);
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const read = await readTemplate(writer.ec2, writer.templateId, baked);
    const template = { ...read, pipeline };
    const action = decide(template, incoming);
    writer.logger.info('action.decided', { incoming, defaultVersion: template.defaultVersion, action });
    if (action.kind === 'none') return { done, later: action.later ?? false };
    last = action.kind === 'setDefault' ? `make version ${action.version} the default` : action.description;
    const version = action.kind === 'setDefault' ? action.version : await createVersion(writer, template, action);
    if (await makeDefault(writer, template, version)) {
      done.push(`version ${version} is the default: ${action.kind === 'setDefault' ? action.why : action.description}`);
    }
    if (round > 1) await writer.pause(Math.min(2_000, 250 * 2 ** round));
  }
  throw new Error(
    `the default version of launch template ${writer.templateId} keeps changing; what was left to do: ${last}`,
  );
}

/**
 * Undefined when Image Builder does not answer and nobody would ask again: a default that cannot be launched is
 * repaired all the same. Otherwise throws the SDK's error.
 */
async function readPipeline(
  { bakes, logger }: TemplateWriter,
  { origin }: Incoming,
): Promise<PipelineState | undefined> {
  try {
    const recipeArn = await bakes.currentRecipe();
    const notGood = (await bakes.list()).filter(({ status }) => !GOOD_BAKE_STATES.includes(status));
    return { recipeArn, notGood: new Set(notGood.map(({ buildArn }) => buildArn)) };
  } catch (error) {
    if (origin !== 'operator') throw error;
    logger.warn('pipeline.read_failed', { error: loggedError(error) });
    return undefined;
  }
}

/**
 * Copies a version with another AMI, or as it is. The token is the same for a repeated call on an unchanged template,
 * so that a lost answer, or EC2's own delay in showing a new version, does not make a second one.
 */
async function createVersion(
  { ec2, templateId, logger }: TemplateWriter,
  template: TemplateState,
  { source, imageId, description }: Extract<Action, { kind: 'createVersion' }>,
): Promise<number> {
  const last = Math.max(...template.versions.map(({ number }) => number));
  const identity = [templateId, last, source, imageId, description];
  const { LaunchTemplateVersion, Warning } = await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: templateId,
      SourceVersion: String(source),
      VersionDescription: description,
      LaunchTemplateData: imageId ? { ImageId: imageId } : somethingOf(template, source),
      ClientToken: createHash('sha256').update(JSON.stringify(identity)).digest('hex'),
    }),
  );
  // What EC2 finds in a version that it takes all the same: launches of it will tell, but nobody else says so
  // beforehand.
  for (const { Code, Message } of Warning?.Errors ?? []) {
    const warning = { name: Code ?? 'Warning', message: clip(Message ?? '') };
    logger.warn('version.warned', { version: LaunchTemplateVersion?.VersionNumber, error: warning });
  }
  return LaunchTemplateVersion?.VersionNumber as number;
}

/** A field of a version, to say again in its copy: EC2 takes no new version that says nothing. */
function somethingOf(template: TemplateState, number: number): RequestLaunchTemplateData {
  const type = versionNumbered(template, number)?.data.InstanceType;
  return type ? { InstanceType: type } : { InstanceInitiatedShutdownBehavior: 'terminate' };
}

/** False, with nothing done, when somebody has moved the default since it was read: then it must be decided anew. */
async function makeDefault(
  { ec2, templateId }: TemplateWriter,
  template: TemplateState,
  version: number,
): Promise<boolean> {
  const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [templateId] }));
  if (LaunchTemplates?.[0]?.DefaultVersionNumber !== template.defaultVersion) return false;
  await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: templateId, DefaultVersion: String(version) }));
  return true;
}
