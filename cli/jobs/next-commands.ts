import { REASON_TABLE, type Reason } from '../../contract/reasons';
import { isFinal, type Status } from '../../contract/status';
import { quoted } from '../shared/quoted';
import type { System } from '../shared/system';
import { jobLine } from './job-line';

/** What helps against a failure, where that is a command; `message` of the status says the rest. */
const REMEDIES: Partial<Record<Reason, string>> = {
  BAD_SETTINGS: 'lambda-ec2 settings show',
  CLONE_FAILED: 'lambda-ec2 doctor',
  TIMED_OUT: 'lambda-ec2 settings set ec2_timeout=8h',
  OUT_OF_MEMORY: 'lambda-ec2 settings set instance_type=r7i.large',
  LAUNCH_REFUSED: 'lambda-ec2 doctor',
  NO_CAPACITY: 'lambda-ec2 doctor',
  NO_IMAGE: 'lambda-ec2 bake list',
};

/** Commands to copy: what a person is likely to want next of a job in this state. */
export function nextCommands({ job_id, state, reason }: Status, system: Pick<System, 'options'>): string[] {
  const line = (verb: string, ...words: string[]) => jobLine(system, verb, job_id, ...words);
  if (!isFinal(state)) return [line('logs', '-f'), line('stop')];
  // The same once more helps only where the fault was the platform's.
  const isPlatforms = reason != null && REASON_TABLE[reason].fault === 'platform';
  const same = reason === null || isPlatforms ? [line('rerun', '--same')] : [];
  return [...remedy(reason, system), line('logs'), line('download'), line('rerun'), ...same];
}

function remedy(reason: Reason | null | undefined, { options }: Pick<System, 'options'>): string[] {
  const words = reason && REMEDIES[reason];
  return words ? [[words, ...options.map(quoted)].join(' ')] : [];
}
