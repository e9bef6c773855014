import pc from 'picocolors';
import type { BakeContext } from './context';
import type { Bake } from './image';
import { logTail } from './log-tail';
import type { TemplateVersion } from './outcome';
import { type FailedStep, failedStep } from './workflows';

/** All that is known of a bake, for people and, as it is, for `--json`. */
export interface BakeReport extends Bake {
  templateVersion?: TemplateVersion;
  failedStep?: FailedStep;
  /** The end of its log. */
  log?: string[];
}

/** Looks up why a bake failed, if it did. */
export async function reportOf(
  context: BakeContext,
  bake: Bake,
  templateVersion?: TemplateVersion,
): Promise<BakeReport> {
  if (bake.status !== 'FAILED') return { ...bake, ...(templateVersion && { templateVersion }) };
  const [step, log] = await Promise.all([failedStep(context, bake), logTail(context, bake)]);
  return { ...bake, ...(step && { failedStep: step }), ...(log.length > 0 && { log }) };
}

export function formatReport(report: BakeReport): string {
  const { id, status, reason, imageId, templateVersion, log } = report;
  const lines = [
    `bake ${id}: ${status === 'AVAILABLE' ? pc.green(status) : status === 'FAILED' ? pc.red(status) : status}`,
  ];
  if (imageId) lines.push(`image    ${imageId}`);
  if (imageId) lines.push(`version  ${describeVersion(templateVersion)}`);
  if (report.failedStep) {
    const { workflow, step, message } = report.failedStep;
    lines.push(`failed   step ${step} of the ${workflow} workflow: ${message}`);
  }
  if (reason) lines.push(`reason   ${reason}`);
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
