import type { Reason } from '../../contract/reasons';
import type { Cause } from './cause';

/**
 * Why an instance is gone, as a record tells it. `advice` ends the sentence when the job is not started again.
 *
 * `again`: another instance may well do the job; `delaySeconds` is how long to leave EC2 alone before.
 */
export interface Ending {
  reason: Reason;
  message: string;
  advice: string;
  again: boolean;
  delaySeconds: number;
}

/** Lack of room does not pass within seconds. */
const CAPACITY_DELAY = 300;
export const ONCE_MORE = 'upload the input again (lambda-ec2 rerun)';

const lost = (message: string): Ending => ({
  reason: 'INTERRUPTED',
  message,
  advice: ONCE_MORE,
  again: true,
  delaySeconds: 0,
});
const noRoom = (message: string, advice: string): Ending => ({
  reason: 'NO_CAPACITY',
  message,
  advice,
  again: true,
  delaySeconds: CAPACITY_DELAY,
});
/** An end after which the job is not started again. */
export const final = (reason: Reason, message: string, advice: string): Ending => ({
  reason,
  message,
  advice,
  again: false,
  delaySeconds: 0,
});

/** Whose key it is depends: the setting `kms_key_arn`, or the account's own for all EBS volumes. */
const KEY_ADVICE =
  'see that the key is enabled and that its policy lets the launch use it, then upload the input again (lambda-ec2 rerun)';

/** By the code of the cause ("StateReason", EC2 API reference). */
const BY_CODE: Readonly<Record<string, Ending>> = {
  'Server.SpotInstanceTermination': lost('EC2 took the Spot instance back'),
  'Server.SpotInstanceShutdown': lost('EC2 took the Spot instance back'),
  'Server.ScheduledStop': lost("EC2 retired the instance's hardware"),
  'Server.InternalError': lost('EC2 lost the instance to a fault of its own'),
  'Server.InsufficientInstanceCapacity': noRoom('EC2 had no room for the instance after all', ONCE_MORE),
  'Client.VolumeLimitExceeded': noRoom(
    "the account's quota for EBS volumes is used up",
    'ask for a higher one in Service Quotas, then upload the input again (lambda-ec2 rerun)',
  ),
  'Client.InvalidSnapshot.NotFound': final(
    'NO_IMAGE',
    "a snapshot of the launch template version's image is gone",
    'bake a new image or roll back to a version whose image exists, then upload the input again (lambda-ec2 rerun)',
  ),
  // "You don't have permission to access the AWS KMS key" (re:Post Knowledge Center, kms-iam-ec2-permission).
  'Client.InternalError': final(
    'LAUNCH_REFUSED',
    'EC2 could not start the instance, mostly because the KMS key of its volume may not be used',
    KEY_ADVICE,
  ),
};
const KEY_REFUSED = final('LAUNCH_REFUSED', "EC2 could not use the KMS key of the instance's volume", KEY_ADVICE);

/**
 * What is known of a cause by its code, told in EC2's words beside our own; undefined for one that only says who shut
 * the instance down. Every `Server.` code that is not known is EC2's own doing.
 */
export function knownEnding({ code, words }: Cause): Ending | undefined {
  // A fault of EC2's own for its code, and a key's for its words, is the key's: another launch would end the same.
  if (/KMS/.test(words)) return say(KEY_REFUSED);
  const known = BY_CODE[code] ?? (code.startsWith('Server.') ? lost('EC2 ended the instance') : undefined);
  return known && say(known);

  function say(ending: Ending): Ending {
    return { ...ending, message: `${ending.message} (${words})` };
  }
}
