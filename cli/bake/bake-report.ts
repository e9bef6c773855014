import pc from 'picocolors';
import { errorMessage } from '../../lambda/shared/error-message';
import { causeIn } from './bake-cause';
import type { Bake } from './bakes';
import type { BakeContext } from './context';
import { logTail } from './log-tail';
import type { TemplateVersion } from './template-version';
import { type FailedStep, failedStep } from './workflows';

/** All that is known of a bake, for people and for `--json`. */
export interface BakeReport extends Bake {
  templateVersion?: TemplateVersion;
  failedStep?: FailedStep;
  /** Why that gave up, if it said so. */
  cause?: string;
  /** The end of its log. */
  log?: string[];
  /** What AWS did not tell, and why. */
  notes?: string[];
}

/** Of its log that are shown. */
const LINES = 30;
const VERSION = 'its launch template version';

/**
 * Looks up what became of a bake, and why it failed if it did. Never rejects: its outcome is known, and what AWS does
 * not tell beside it is said so. `version`: looks for the launch template version that an AMI became.
 */
export async function reportOf(
  context: BakeContext,
  bake: Bake,
  version: (imageId: string) => Promise<TemplateVersion | undefined>,
): Promise<BakeReport> {
  const failed = bake.status === 'FAILED';
  const [seen, step, log] = await Promise.all([
    ask(VERSION, bake.imageId ? version(bake.imageId) : undefined),
    ask('the step that failed', failed ? failedStep(context, bake) : undefined),
    ask('its log', failed ? logTail(context, bake) : undefined),
  ]);
  const notes = [seen, step, log].flatMap(({ problem }) => problem ?? []);
  return {
    ...bake,
    templateVersion: seen.found,
    failedStep: step.found,
    cause: causeIn(log.found ?? []),
    log: log.found?.length ? log.found.slice(-LINES) : undefined,
    notes: notes.length > 0 ? notes : undefined,
  };
}

/** What AWS answers, or the problem: why it does not; nothing where nothing was asked. */
async function ask<T>(what: string, answer: Promise<T> | undefined): Promise<{ found?: T; problem?: string }> {
  try {
    return answer ? { found: await answer } : {};
  } catch (error) {
    return { problem: `${what} could not be looked up: ${errorMessage(error)}` };
  }
}

/** The report as text for people. */
export function formatReport(report: BakeReport): string {
  const { id, status, reason, cause, imageId, templateVersion, log, notes = [] } = report;
  const lines = [
    `bake ${id}: ${status === 'AVAILABLE' ? pc.green(status) : status === 'FAILED' ? pc.red(status) : status}`,
  ];
  if (imageId) lines.push(`image    ${imageId}`);
  const isVersionUnseen = notes.some((note) => note.startsWith(VERSION));
  if (imageId && !isVersionUnseen) lines.push(`version  ${describeVersion(templateVersion)}`);
  if (report.failedStep) {
    const { workflow, step, message } = report.failedStep;
    lines.push(`failed   step ${step} of the ${workflow} workflow: ${message}`);
  }
  if (cause) lines.push(`cause    ${cause}`);
  if (reason) lines.push(`reason   ${reason}`);
  lines.push(...notes.map((note) => `note     ${note}`));
  if (log) lines.push('', pc.dim('the end of its log:'), ...log);
  if (status === 'FAILED') lines.push('', 'nothing that runs has changed: jobs go on with the image they had');
  return `${lines.join('\n')}\n`;
}

function describeVersion(version: TemplateVersion | undefined): string {
  if (!version) return 'no launch template version has this image';
  const { number, isDefault, defaultNumber } = version;
  return isDefault
    ? `${number}, the default: the next job starts from it`
    : `${number}, not the default: that is ${defaultNumber}`;
}
