import { REASON_TABLE } from '../../contract/reasons';
import { isFinal, runSeconds, type Status } from '../../contract/status';
import type { Measurement } from './emf';

/**
 * What a final status says in numbers; nothing for a status that is not final.
 *
 * `JobsSucceeded` and `JobsFailed` are both measured every time, one of them 0, so that their graphs have no gaps and
 * an alarm can tell no failure from no job. Of a job that a person cancelled both are 0.
 */
export function jobMeasurements(stack: string, status: Status): Measurement[] {
  if (!isFinal(status.state)) return [];
  const failed = status.state === 'FAILED' && !isWanted(status);
  const count = (name: string, value: number, more: Record<string, string> = {}): Measurement => ({
    name,
    unit: 'Count',
    value,
    dimensions: { Stack: stack, ...more },
    sets: Object.keys(more).length > 0 ? [['Stack'], ['Stack', ...Object.keys(more)]] : undefined,
  });
  const measurements = [
    count('JobsSucceeded', status.state === 'SUCCEEDED' ? 1 : 0),
    failed ? count('JobsFailed', 1, { Reason: status.reason ?? 'UNKNOWN' }) : count('JobsFailed', 0),
  ];
  const seconds = runSeconds(status);
  if (seconds !== undefined) {
    measurements.push({ name: 'InstanceHours', unit: 'None', value: seconds / 3600, dimensions: { Stack: stack } });
  }
  for (const phase of status.phases ?? []) {
    if (phase.seconds === null) continue;
    const dimensions = { Stack: stack, Phase: phase.name, TemplateVersion: status.template_version ?? 'unknown' };
    measurements.push({ name: 'PhaseSeconds', unit: 'Seconds', value: phase.seconds, dimensions });
  }
  return measurements;
}

/** A job that a person has cancelled has not failed: nobody need be told. */
function isWanted({ reason }: Status): boolean {
  return reason != null && REASON_TABLE[reason].fault === 'user';
}
