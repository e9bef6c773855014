import { clip } from '../shared/text';
import type { JobInstance } from './job-instance';

/** Why an instance ended, as EC2 says it. `code` is empty and `words` too when it says nothing. */
export interface Cause {
  code: string;
  /** The code and what follows it, as one bounded line. */
  words: string;
}

/** `Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state`. */
const SPOKEN = /^((?:Client|Server)\.[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*)(?=:|$)/;
const MOST = 300;

/**
 * The cause of an end. The message of a StateReason begins with a code of its own, which is the more exact one: a KMS
 * key that may not be used comes as `Client.InternalError: Client error on launch` under the code
 * `Server.InternalError` (https://github.com/aws/karpenter-provider-aws/issues/1407), and as
 * `Client.InvalidKMSKey.InvalidState: ...` under `Client.InternalError`
 * (https://github.com/hashicorp/packer/issues/12683).
 */
export function causeOf({
  stateReason,
  stateMessage,
  transition,
}: Pick<JobInstance, 'stateReason' | 'stateMessage' | 'transition'>): Cause {
  const spoken = SPOKEN.exec(stateMessage)?.[1];
  const code = spoken ?? (stateReason || SPOKEN.exec(transition)?.[1] || '');
  const words = spoken ? stateMessage : [code, stateMessage].filter(Boolean).join(': ');
  return { code, words: clip(words, MOST) };
}

/** All that EC2 says of an end, for the log. */
export function describeEnd(instance: Pick<JobInstance, 'id' | 'stateReason' | 'stateMessage' | 'transition'>): string {
  const { stateReason, stateMessage, transition } = instance;
  const said = [stateReason, stateMessage, transition].filter(Boolean).map((text) => clip(text));
  return said.length > 0
    ? `EC2 on the end of ${instance.id}: ${said.join('; ')}`
    : `EC2 gives no reason for the end of ${instance.id}`;
}
