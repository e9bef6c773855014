import { ec2Error, ec2Message, judgeError } from './errors';
import type { Outcome } from './outcome';

/** Somebody has to mend these. All others, credentials that have run out among them, may pass. */
const DENIED = /^(AccessDenied|UnauthorizedOperation|NoSuchBucket$|KMS\.|OptInRequired$|Blocked$)/;

/**
 * What a question of S3 or EC2 that a launch depends on comes to when it has no answer: the job waits, and is refused when
 * asking again changes nothing, as when IAM or a policy of the bucket denies it.
 *
 * @param what - what is not known, as the beginning of a sentence
 */
export function unanswered(cause: unknown, what: string): Extract<Outcome, { kind: 'wait' | 'fail' }> {
  const error = ec2Error(cause);
  const message = `${what} (${ec2Message(error)})`;
  if (!DENIED.test(error.code)) {
    const verdict = judgeError(error);
    const pace = verdict.kind === 'wait' ? verdict.pace : 'answer';
    return { kind: 'wait', reason: 'NO_CAPACITY', pace, message };
  }
  const remedy =
    "see that the launch function's role and the policies of bucket and key allow it, then upload again (lambda-ec2 rerun)";
  return { kind: 'fail', reason: 'LAUNCH_REFUSED', message: `${message}; ${remedy}` };
}
