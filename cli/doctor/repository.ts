import { execFile } from 'node:child_process';
import { redactUrl } from '../../contract/app-rules';
import { APP_SETTINGS } from '../../contract/app-settings';
import type { Context } from './context';
import { type Finding, ok, problem, skipped, unknown } from './finding';
import { TIME_LIMIT_MS } from './time-limit';

const FULL_COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
/** What git says to somebody whom the server does not know; GitHub answers 404 for a private repository. */
const NOT_SIGNED_IN =
  /could not read (Username|Password)|terminal prompts disabled|Authentication failed|Permission denied|Repository not found|error: 40[134]|not found/i;
const NO_SUCH_REF = 2;

/** Whether app_url and app_ref can be reached from here. Nothing is asked on the terminal. */
export async function repository(context: Context): Promise<Finding> {
  const { tags } = await context.defaultVersion();
  const { app_url: url = '', app_ref: ref = APP_SETTINGS.app_ref.default, app_credentials: secret } = tags;
  if (!url) return skipped('the default version names no app_url');
  if (url.startsWith('file:') && !(await context.system()).isLocal) {
    return problem(`${url} is on no instance`, 'lambda-ec2 settings set app_url=...');
  }
  // A public one must be so for everybody: with this person's credentials it would seem to be.
  const { status, said } = await lsRemote(url, ref, secret ? [] : ['-c', 'credential.helper=']);
  const shown = redactUrl(url);
  if (status === 0) return ok(`${shown} has ${ref}`);
  if (status === NO_SUCH_REF) {
    return FULL_COMMIT.test(ref)
      ? ok(`${shown} answers; commit ${ref} is looked for by the job`)
      : problem(`${shown} has no branch or tag ${ref}`, 'lambda-ec2 settings set app_ref=...');
  }
  if (secret) {
    return unknown(`${shown} is private, and git cannot read it from here: ${said}`, 'lambda-ec2 verify');
  }
  if (NOT_SIGNED_IN.test(said)) {
    return problem(`${shown} cannot be read without credentials: ${said}`, 'set app_credentials: docs/operating.md');
  }
  return unknown(`${shown} does not answer: ${said}`, 'look at app_url and at the network, then ask again');
}

interface Answer {
  status: number | undefined;
  said: string;
}

function lsRemote(url: string, ref: string, before: string[]): Promise<Answer> {
  const env = {
    ...process.env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes -o ConnectTimeout=3',
  };
  const args = [...before, 'ls-remote', '--exit-code', '--', url, ref];
  return new Promise((resolve) => {
    // Ended before the check's own limit, so that no git is left behind.
    execFile('git', args, { env, timeout: TIME_LIMIT_MS - 500, maxBuffer: 64 << 20 }, (error, _, stderr) => {
      const said = stderr.trim().split('\n').at(-1) || (error?.killed ? 'no answer in time' : (error?.message ?? ''));
      resolve({ status: error ? (error.code as number | undefined) : 0, said: redactUrl(said) });
    });
  });
}
