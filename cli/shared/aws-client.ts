import { setTimeout as pause } from 'node:timers/promises';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { EXIT, UserError } from '../../contract/user-error';
import { type Asked, ask, PERSON } from './ask';
import { type HttpSettings, httpSettings } from './http';

/** What every client of the AWS SDK is made with. */
export interface ClientSettings {
  endpoint?: string;
  region?: string;
  credentials?: ReturnType<typeof defaultProvider> | { accessKeyId: string; secretAccessKey: string };
  requestHandler?: HttpSettings;
}

let asking: Promise<string> | undefined;
let made: Promise<ClientSettings> | undefined;

/**
 * Of clients that talk to AWS: what the environment and the profile say, once for all of them, so that a person who
 * signs in with MFA is asked for one code.
 *
 * @throws UserError for a setting of the environment that is none
 */
export function awsClient(): Promise<ClientSettings> {
  made ??= makeAwsClient();
  return made;
}

async function makeAwsClient(): Promise<ClientSettings> {
  const requestHandler = await httpSettings();
  const clientConfig = { requestHandler };
  return {
    requestHandler,
    credentials: defaultProvider({ clientConfig, mfaCodeProvider: (serial) => mfaCode(serial) }),
  };
}

/**
 * Begins to sign in, and waits for that while a person is being asked, else no longer than so many milliseconds.
 * Whether it worked, whoever needs it will hear.
 */
export async function signIn(limitMs: number): Promise<void> {
  const { credentials } = await awsClient();
  if (!process.stdin.isTTY || typeof credentials !== 'function') return;
  const known = credentials().catch(() => {});
  await Promise.race([known, pause(limitMs, undefined, { ref: false })]);
  if (asking) await Promise.race([known, asking.then(() => pause(limitMs, undefined, { ref: false }))]).catch(() => {});
}

/**
 * Asks for the code of an MFA device.
 *
 * @throws UserError without a terminal
 */
async function mfaCode(serial: string, asked: Asked = PERSON): Promise<string> {
  if (asked.input.isTTY) {
    asking = ask(`MFA code of ${serial}: `, asked);
    return asking;
  }
  throw new UserError(
    `not signed in to AWS: the profile asks for a code of ${serial}, and there is no terminal to ask on: ` +
      'put temporary credentials into the environment (aws configure export-credentials --format env)',
    EXIT.denied,
  );
}
