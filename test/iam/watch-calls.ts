import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Call, CALLS as CHANNEL } from 'aws-emulator/protocol/service';
import { callName } from './call-name';
import { type Actor, CALLS } from './calls';

// For every file of the lane `jobs`: what the functions, the runner and the command line ask the emulated services for must be in the
// table of calls.ts. They are known by their access keys; what the tests themselves ask has others.

/** What the SDK itself asks for, to sign in with a profile that names a role. */
const SIGN_IN = 'AssumeRole';

const strange = new Set<string>();

function watch(message: unknown): void {
  const call = message as Call;
  const known: readonly string[] | undefined = CALLS[call.request.caller as Actor];
  const name = callName(call);
  if (known && name !== SIGN_IN && !known.includes(name)) strange.add(`${call.request.caller}: ${name}`);
}

beforeAll(() => subscribe(CHANNEL, watch));

afterAll(() => {
  unsubscribe(CHANNEL, watch);
  expect([...strange]).toEqual([]);
});
