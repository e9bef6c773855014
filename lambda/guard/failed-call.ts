import * as z from 'zod/mini';
import { parseJson } from '../shared/parse-json';
import { clip } from '../shared/text';
import type { GuardDependencies } from './conclude-job';
import type { DeadLetter } from './dead-letter-queue';

/** An event that a function could not handle, whatever its tries. */
interface FailedCall {
  /** The function's name, and not that of its folder in lambda/. */
  functionName: string;
  /** Of the last try, in the function's or Lambda's words. */
  why: string;
}

/** The fields of Lambda's record that count. */
const recordSchema = z.looseObject({
  requestContext: z.looseObject({ functionArn: z.string(), condition: z.string() }),
  responsePayload: z.optional(z.unknown()),
});
const errorSchema = z.looseObject({ errorMessage: z.string() });

/**
 * The failed call that a dead letter tells of, or undefined when it is another message ("Capturing records of Lambda
 * asynchronous invocations", Lambda Developer Guide). The event itself, which is in it too, is of no use here: what it was
 * about is found by the function's schedule or by `doctor`.
 */
export function parseFailedCall({ body }: DeadLetter): FailedCall | undefined {
  const { success, data } = recordSchema.safeParse(parseJson(body));
  if (!success) return undefined;
  const { functionArn, condition } = data.requestContext;
  const error = errorSchema.safeParse(data.responsePayload);
  const why = error.success && error.data.errorMessage ? error.data.errorMessage : condition;
  return { functionName: functionArn.split(':')[6] ?? functionArn, why: clip(why) };
}

/**
 * Tells people of all failed calls of one round, one message for each function: a cause that lasts fails every event.
 * Rejects when SNS does not take a message.
 */
export async function tellFailedCalls(
  { env, notify, logger }: Pick<GuardDependencies, 'env' | 'notify' | 'logger'>,
  letters: readonly DeadLetter[],
): Promise<void> {
  const calls = letters.flatMap((letter) => parseFailedCall(letter) ?? []);
  for (const functionName of new Set(calls.map((call) => call.functionName))) {
    const failed = calls.filter((call) => call.functionName === functionName);
    const { why } = failed.at(-1) as FailedCall;
    logger.error('call.failed', { functionName, calls: failed.length, why });
    const events = failed.length === 1 ? 'an event' : `${failed.length} events`;
    const text = `The function ${functionName} of ${env.stackName} could not handle ${events}, and Lambda has given up: ${why}\n\nSee docs/operating.md, "A function failed".`;
    await notify(`${env.stackName}: a function failed`, text);
  }
}
