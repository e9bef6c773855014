import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Said } from './enter';
import { USERS, type User } from './root';

/** A minimal Debian with Node.js and npm alone. */
export interface Fresh {
  dir: string;
  run(user: User, command: string): Promise<Said>;
}

interface Case {
  name: string;
  /** Returns what is worth telling; throws when a promise was not kept. */
  run(fresh: Fresh): Promise<string>;
}

/** What a minimal Debian lacks of what the commands need. */
const LACKING = {
  start: "git, curl 7.75 or newer, python3 3.9 or newer and python3's venv and pip",
  test: "git, curl 7.75 or newer, python3 3.9 or newer, python3's venv and pip, patch and make",
};
/** For a command that ends before anything long: the dependencies may be installed, which npm does first. */
const SOON_SECONDS = 120;

export const CASES: Case[] = [
  {
    name: 'as root both commands install what is missing and work',
    async run(fresh) {
      const start = await started(fresh, 'root', 1);
      const tests = await tested(fresh, 'root');
      const ci = await fresh.run('root', 'node bin/requirements.js ci && shellcheck --version && shfmt --version');
      assert.equal(ci.code, 0, 'what .ci/run needs');
      return `npm start ${start}, npm cit ${tests}`;
    },
  },
  {
    name: 'an ordinary user is told all that is missing in one sentence, and with it both commands work',
    async run(fresh) {
      const start = await refused(fresh, 'npm start', `npm start needs ${LACKING.start}, which`);
      assert(!existsSync(path.join(fresh.dir, USERS.someone, 'node_modules')), 'nothing was installed before');
      const cit = await refused(fresh, 'npm cit', `the tests need ${LACKING.test}, which`);
      assert.doesNotMatch(cit.text, /^(PASS|FAIL) /m);
      // What the sentence says is what helps.
      const command = /run `([^`]+)` as root$/m.exec(cit.text)?.[1];
      assert(command, 'the sentence names a command for root');
      assert.equal((await fresh.run('root', command)).code, 0, command);
      const took = `refused after ${seconds(start)} and ${seconds(cit)}`;
      return `${took}, then npm start ${await started(fresh, 'someone', 0)}, npm cit ${await tested(fresh, 'someone')}`;
    },
  },
  {
    name: 'an ordinary user whose sudo asks for no password has what is missing installed',
    async run(fresh) {
      const sudo = await fresh.run('root', 'apt-get update && apt-get install -y --no-install-recommends sudo');
      assert.equal(sudo.code, 0, 'sudo itself');
      writeFileSync(path.join(fresh.dir, 'etc/sudoers.d/someone'), 'someone ALL=(ALL) NOPASSWD: ALL\n', {
        mode: 0o440,
      });
      return `npm start ${await started(fresh, 'someone', 1)}`;
    },
  },
];

const seconds = (said: Said) => `${said.seconds.toFixed(0)} s`;

/** `npm start` to a job that succeeded; `installs` is how often packages are said to be installed. */
async function started({ dir, run }: Fresh, user: User, installs: number): Promise<string> {
  const said = await run(user, 'npm start');
  assert.equal(said.code, 0, 'npm start');
  assert.match(said.text, /^job sales succeeded$/m);
  assert.equal(said.text.match(/^npm start needs .*: apt-get installs that now /gm)?.length ?? 0, installs);
  assert(existsSync(path.join(dir, USERS[user], '.lambda-ec2/example/out/sales.zip')), 'the output is there');
  return seconds(said);
}

/** `npm cit` to the end of its tests. */
async function tested({ run }: Fresh, user: User): Promise<string> {
  const said = await run(user, 'npm cit');
  const summary = /^Tests: +(.*)$/m.exec(said.text)?.[1] ?? 'no test was run';
  assert.equal(said.code, 0, `npm cit: ${summary}`);
  assert.match(summary, /^(\d+) passed, \1 total$/);
  return `${seconds(said)} (${summary})`;
}

/** A command of an ordinary user that ends soon with one sentence and nothing like a stack. */
async function refused({ run }: Fresh, command: string, sentence: string): Promise<Said> {
  const said = await run('someone', command);
  assert.notEqual(said.code, 0, command);
  const errors = said.text.split('\n').filter((line) => line.startsWith('error: '));
  assert.equal(errors.length, 1, 'one sentence');
  assert(errors[0]?.startsWith(`error: ${sentence} this machine lacks: run \``), errors[0]);
  assert.doesNotMatch(said.text, /^\s+at /m);
  assert(said.seconds < SOON_SECONDS, `${command} took ${seconds(said)}`);
  return said;
}
