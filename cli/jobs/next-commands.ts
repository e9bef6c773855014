import { REASON_TABLE, type Reason } from '../../contract/reasons';
import { isFinal, type Status } from '../../contract/status';
import { quoted } from '../shared/quoted';

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
export function nextCommands({ job_id, state, reason }: Status, isLocal: boolean): string[] {
  const id = quoted(job_id);
  const lines = isFinal(state)
    ? [...remedy(reason), `lambda-ec2 logs ${id}`, `lambda-ec2 download ${id}`, ...again(id, reason)]
    : [`lambda-ec2 logs ${id} -f`, `lambda-ec2 stop ${id}`];
  return isLocal ? lines.map((line) => `${line} --local`) : lines;
}

const remedy = (reason: Reason | null | undefined) => (reason && REMEDIES[reason] ? [REMEDIES[reason]] : []);

/** The same once more helps only where the fault was the platform's. */
function again(id: string, reason: Reason | null | undefined): string[] {
  const isPlatforms = reason != null && REASON_TABLE[reason].fault === 'platform';
  return [`lambda-ec2 rerun ${id}`, ...(reason === null || isPlatforms ? [`lambda-ec2 rerun ${id} --same`] : [])];
}
