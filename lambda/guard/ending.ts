import { type Cause, causeOf } from './cause';
import { deadlines } from './deadline';
import type { JobInstance } from './job-instance';
import { type Ending, final, knownEnding, ONCE_MORE } from './known-endings';
import type { Claim } from './standing';

/** Its own system, or somebody through EC2's API: the causes that say nothing but who. */
const POWERED_OFF = 'Client.InstanceInitiatedShutdown';
const ENDED_BY_CALL = 'Client.UserInitiatedShutdown';

/**
 * Judges an instance that is stopped or terminated, with what is known of its run. `now` stands in for the time of its
 * end when EC2 does not tell it.
 */
export function judgeEnding(instance: JobInstance, now: number, claim: Claim): Ending {
  const cause = causeOf(instance);
  if (claim === 'unreadable') return recordUnreadable(cause);
  const known = knownEnding(cause);
  if (known) return known;
  if (!['', POWERED_OFF, ENDED_BY_CALL].includes(cause.code)) return endedByEc2(cause, claim);
  const isOver = (endedAt(instance) ?? now) >= deadlines(instance).timeout;
  return claim === 'never' ? neverBegan(cause, isOver) : leftBehind(cause, isOver);
}

/**
 * The run may have ended well, and all that it made may lie there: it is not begun again, and what EC2 says of the
 * instance is not what became of the job.
 */
function recordUnreadable({ words }: Cause): Ending {
  const end = words ? `its instance has ended (${words})` : 'its instance has ended';
  const message = `the status of the job could not be read and ${end}, so what became of it is not known`;
  return final(
    'LOST',
    message,
    'see its log and whatever output lies beside it before you upload the input again (lambda-ec2 rerun)',
  );
}

/** A cause that EC2 lays at our door, in a code that is not known: another instance would end the same. */
function endedByEc2({ words }: Cause, claim: Claim): Ending {
  return claim === 'never'
    ? final(
        'LAUNCH_REFUSED',
        `EC2 ended the instance before the job had begun (${words})`,
        'upload the input again when that is mended (lambda-ec2 rerun)',
      )
    : final(
        'LOST',
        `EC2 ended the instance without a record of its own (${words})`,
        'see the console output in the log',
      );
}

/**
 * Nobody claimed the job: the runner could not reach S3, say, or never started. Another instance may do it, as nothing
 * was done; not when a person has ended this one.
 */
function neverBegan({ code }: Cause, isOver: boolean): Ending {
  const again = (end: string): Ending => ({
    reason: 'LOST',
    message: `the instance ${end} before the job had begun`,
    advice: 'see the console output in the log, then upload the input again (lambda-ec2 rerun)',
    again: true,
    delaySeconds: 0,
  });
  if (isOver) return again('was ended at its time limit');
  if (code === POWERED_OFF) return again('powered itself off');
  if (code === ENDED_BY_CALL) {
    return final('CANCELLED', 'somebody ended the instance before the job had begun', ONCE_MORE);
  }
  return again('ended');
}

/** Somebody claimed the job, or may have. */
function leftBehind({ code }: Cause, isOver: boolean): Ending {
  if (isOver) {
    const message = 'the time limit was over and the instance was ended without a record of its own';
    return final('TIMED_OUT', message, 'raise ec2_timeout or see in the log what the app was waiting for');
  }
  if (code === ENDED_BY_CALL) {
    return final('CANCELLED', 'somebody ended the instance while the job ran', ONCE_MORE);
  }
  const end = code === POWERED_OFF ? 'powered itself off' : 'ended';
  return final('LOST', `the instance ${end} without a record of its own`, 'see the console output in the log');
}

/** The time in a StateTransitionReason such as `User initiated (2026-11-24 03:00:00 GMT)`. */
function endedAt({ transition }: JobInstance): number | undefined {
  const match = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(transition);
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) : undefined;
}
