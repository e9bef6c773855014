import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { redactUrl } from '../../contract/app-rules';
import { APP_SETTINGS } from '../../contract/app-settings';
import type { Context } from './context';
import { type Finding, ok, problem, skipped, unknown } from './finding';
import { timeLimitMs } from './time-limit';

const FULL_COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
/** What git says to somebody whom the server does not know; GitHub answers 404 for a private repository. */
const NOT_SIGNED_IN =
  /could not read (Username|Password)|terminal prompts disabled|Authentication failed|Permission denied|Host key verification failed|Repository not found|error: 40[134]|not found/i;
const NO_SUCH_REF = 2;
const CREDENTIALS = 'set app_credentials: docs/operating.md, "A private repository"';

/** Whether instances could get app_ref of app_url, as far as that can be seen from here. Nothing is asked on the terminal. */
export async function repository(context: Context): Promise<Finding> {
  const { tags } = await context.defaultVersion();
  const { app_url: url = '', app_ref: ref = APP_SETTINGS.app_ref.default, app_credentials: secret } = tags;
  if (!url) return skipped('the default version names no app_url');
  if (url.startsWith('file:') && !(await context.system()).isLocal) {
    return problem(`${url} is on no instance`, context.line('settings', 'set', 'app_url=...'));
  }
  const shown = redactUrl(url);
  if (!secret && !/^(https?|file):/.test(url)) {
    return problem(`${shown} needs an SSH key, and without app_credentials no instance has one`, CREDENTIALS);
  }
  const { status, said, isRefused } = await lsRemote(url, ref, secret ? process.env : ANONYMOUS);
  if (status === 0) return ok(`${shown} has ${ref}`);
  if (status === NO_SUCH_REF) {
    return FULL_COMMIT.test(ref)
      ? ok(`${shown} answers; commit ${ref} is looked for by the job`)
      : problem(`${shown} has no branch or tag ${ref}`, context.line('settings', 'set', 'app_ref=...'));
  }
  if (!isRefused)
    return unknown(`${shown} does not answer: ${said}`, 'look at app_url and at the network, then ask again');
  return secret
    ? skipped(`${shown} is private, and git may not read it from here: ${said}`, context.line('verify'))
    : problem(`${shown} cannot be read without credentials: ${said}`, CREDENTIALS);
}

interface Answer {
  status: number | undefined;
  said: string;
  /** The server was reached, and gives nothing to this person. */
  isRefused: boolean;
}

/**
 * Without anything by which this person has more access than an instance: no configuration of git's (`insteadOf`,
 * helpers, headers) and no `.netrc`, for which curl goes by the password database when HOME is empty.
 */
const ANONYMOUS: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GIT|SSH)_(?!SSL_|EXEC_)/.test(name))),
  HOME: devNull,
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
};

function lsRemote(url: string, ref: string, environment: NodeJS.ProcessEnv): Promise<Answer> {
  const env = {
    ...environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_SSH_COMMAND: environment.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes -o ConnectTimeout=3',
  };
  // Ended before the check's own limit, so that no git is left behind. Outside of repositories, which have settings too.
  const options = { env, cwd: '/', timeout: timeLimitMs() - 500, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile('git', ['ls-remote', '--exit-code', '--', url, ref], options, (error, _, stderr) => {
      // The cause comes first, and git's advice last.
      const line = stderr.split('\n').find((one) => one.trim() && !/^warning:/i.test(one));
      const said = line?.trim() ?? (error?.killed ? 'no answer in time' : (error?.message ?? ''));
      const status = error ? (error.code as number | undefined) : 0;
      resolve({ status, said: said.replace(/\S+\/\/\S+/g, redactUrl), isRefused: NOT_SIGNED_IN.test(stderr) });
    });
  });
}
