import { REASON_TABLE } from '../../contract/reasons';
import { isFinal, type Status } from '../../contract/status';
import { quoted } from '../shared/quoted';
import type { System } from '../shared/system';
import { jobLine } from './job-line';
import { remediesOf } from './remedy';

/** Commands to copy: what a person is likely to want next of a job in this state. */
export function nextCommands(status: Status, system: Pick<System, 'options'>): string[] {
  const { job_id, state, reason } = status;
  const line = (verb: string, ...words: string[]) => jobLine(system, verb, job_id, ...words);
  if (!isFinal(state)) return [line('logs', '-f'), line('stop')];
  // The same once more helps only where the fault was the platform's.
  const isPlatforms = reason != null && REASON_TABLE[reason].fault === 'platform';
  const same = reason === null || isPlatforms ? [line('rerun', '--same')] : [];
  return [...remedies(status, system), line('logs'), line('download'), line('rerun'), ...same];
}

function remedies(status: Status, { options }: Pick<System, 'options'>): string[] {
  return remediesOf(status).map((words) => ['lambda-ec2', words, ...options.map(quoted)].join(' '));
}
