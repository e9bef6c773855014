import type { Reason } from '../../contract/status';
import { deadlines } from './deadline';
import type { OwnInstance } from './own-instance';
import type { Claim } from './standing';

/**
 * Why an instance is gone, as a record tells it. `advice` ends the sentence when the job is not started again.
 *
 * `again`: another instance may well do the job; `delaySeconds` is how long to leave EC2 alone before.
 */
export interface Ending {
  reason: Reason;
  sentence: string;
  advice: string;
  again: boolean;
  delaySeconds: number;
}

/** Lack of room does not pass within seconds. */
const CAPACITY_DELAY = 300;
const ONCE_MORE = 'upload the input again';

const lost = (sentence: string): Ending => ({
  reason: 'INTERRUPTED',
  sentence,
  advice: ONCE_MORE,
  again: true,
  delaySeconds: 0,
});
const noRoom = (sentence: string, advice: string): Ending => ({
  reason: 'NO_CAPACITY',
  sentence,
  advice,
  again: true,
  delaySeconds: CAPACITY_DELAY,
});
const final = (reason: Reason, sentence: string, advice: string): Ending => ({
  reason,
  sentence,
  advice,
  again: false,
  delaySeconds: 0,
});

/** By the code of the instance's StateReason ("StateReason", EC2 API reference). Every other `Server.` code is EC2's own doing. */
const BY_CODE: Readonly<Record<string, Ending>> = {
  'Server.SpotInstanceTermination': lost('EC2 took the Spot instance back'),
  'Server.SpotInstanceShutdown': lost('EC2 took the Spot instance back'),
  'Server.ScheduledStop': lost("EC2 retired the instance's hardware"),
  'Server.InternalError': lost('EC2 lost the instance to a fault of its own'),
  'Server.InsufficientInstanceCapacity': noRoom('EC2 had no room for the instance after all', ONCE_MORE),
  'Client.VolumeLimitExceeded': noRoom(
    "the account's quota for EBS volumes is used up",
    'ask for a higher one in Service Quotas, then upload the input again',
  ),
  'Client.InvalidSnapshot.NotFound': final(
    'NO_IMAGE',
    "a snapshot of the launch template version's image is gone",
    'bake a new image or roll back to a version whose image exists, then upload the input again',
  ),
  'Client.InternalError': final(
    'LAUNCH_REFUSED',
    'EC2 could not start the instance, mostly because the key that encrypts its volume may not be used',
    "check the policy of the volume's KMS key, then upload the input again",
  ),
};

/**
 * Judges an instance that is stopped or terminated, with what is known of its run. `now` stands in for the time of its end
 * when EC2 does not tell it.
 */
export function judgeEnding(instance: OwnInstance, now: number, claim: Claim): Ending {
  if (claim === 'unreadable') return recordUnreadable(instance);
  const { stateReason } = instance;
  const known = BY_CODE[stateReason];
  if (known) return known;
  if (stateReason.startsWith('Server.')) return lost(`EC2 ended the instance (${stateReason})`);
  const isOver = (endedAt(instance) ?? now) >= deadlines(instance).timeout;
  return claim === 'never' ? neverBegan(stateReason, isOver) : leftBehind(stateReason, isOver);
}

/**
 * The run may have ended well, and all that it made may lie there: it is not begun again, and what EC2 says of the instance
 * is not what became of the job.
 */
function recordUnreadable({ stateReason }: OwnInstance): Ending {
  const end = stateReason ? `its instance has ended (${stateReason})` : 'its instance has ended';
  const sentence = `the status of the job could not be read and ${end}, so what became of it is not known`;
  return final('LOST', sentence, 'see its log and whatever output lies beside it before you upload the input again');
}

/**
 * Nobody claimed the job: the runner could not reach S3, say, or never started. Another instance may do it, as nothing was
 * done; not when a person has ended this one, nor when EC2 says that the launch was at fault.
 */
function neverBegan(stateReason: string, isOver: boolean): Ending {
  const again = (cause: string): Ending => ({
    reason: 'LOST',
    sentence: `the instance ${cause} before the job had begun`,
    advice: 'see the console output in the log, then upload the input again',
    again: true,
    delaySeconds: 0,
  });
  if (isOver) return again('was ended at its time limit');
  if (stateReason === 'Client.InstanceInitiatedShutdown') return again('powered itself off');
  if (stateReason === 'Client.UserInitiatedShutdown') {
    return final('CANCELLED', 'somebody ended the instance before the job had begun', ONCE_MORE);
  }
  if (stateReason === '') return again('ended');
  return final('LAUNCH_REFUSED', `EC2 ended the instance before the job had begun (${stateReason})`, ONCE_MORE);
}

/** Somebody claimed the job, or may have. */
function leftBehind(stateReason: string, isOver: boolean): Ending {
  if (isOver) {
    const sentence = 'the time limit was over and the instance was ended without a record of its own';
    return final('TIMED_OUT', sentence, 'raise ec2_timeout or see in the log what the app was waiting for');
  }
  if (stateReason === 'Client.UserInitiatedShutdown') {
    return final('CANCELLED', 'somebody ended the instance while the job ran', ONCE_MORE);
  }
  const cause = stateReason === 'Client.InstanceInitiatedShutdown' ? 'powered itself off' : 'ended';
  return final('LOST', `the instance ${cause} without a record of its own`, 'see the console output in the log');
}

/** The time in a StateTransitionReason such as `User initiated (2026-11-24 03:00:00 GMT)`. */
function endedAt({ transition }: OwnInstance): number | undefined {
  const match = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(transition);
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) : undefined;
}
