import { Command } from 'commander';
import { UserError } from '../../contract/user-error';
import { optionsOf } from '../shared/command-line';
import type { NamedBy } from '../shared/globals';
import { quoted } from '../shared/quoted';
import { meantByTwoWords } from './two-words';

/** What people type first who know other tools, and the line that does it here. */
const GUESSES: Readonly<Record<string, string>> = {
  deploy: 'npx cdk deploy',
  destroy: 'npx cdk destroy',
  up: 'lambda-ec2 local up',
  upload: 'lambda-ec2 submit FILE.zip',
  start: 'lambda-ec2 submit FILE.zip',
  launch: 'lambda-ec2 submit FILE.zip',
  create: 'lambda-ec2 submit FILE.zip',
  'submit-job': 'lambda-ec2 submit FILE.zip',
  workflow: 'lambda-ec2 submit FILE.zip starts a job, lambda-ec2 list shows those that are there',
  wait: 'lambda-ec2 submit FILE.zip --wait, or lambda-ec2 logs ID -f for a job that is there',
  watch: 'lambda-ec2 list -w, or lambda-ec2 logs ID -f',
  tail: 'lambda-ec2 logs ID -f',
  follow: 'lambda-ec2 logs ID -f',
  attach: 'lambda-ec2 logs ID -f',
  queue: 'lambda-ec2 list',
  runs: 'lambda-ec2 list',
  'list-jobs': 'lambda-ec2 list',
  top: 'lambda-ec2 list -w',
  view: 'lambda-ec2 show ID',
  info: 'lambda-ec2 show ID',
  inspect: 'lambda-ec2 show ID',
  'describe-job': 'lambda-ec2 show ID',
  'describe-jobs': 'lambda-ec2 show ID, or lambda-ec2 list for all',
  exec: 'lambda-ec2 logs ID -f; a running job is not entered',
  ssh: 'lambda-ec2 logs ID -f; a running job is not entered',
  restart: 'lambda-ec2 rerun ID',
  resume: 'lambda-ec2 rerun ID --same; a job that was stopped begins anew',
  history: 'lambda-ec2 settings history, or lambda-ec2 list for jobs',
  missing: 'lambda-ec2 list --missing',
  reconcile: 'lambda-ec2 rerun --missing',
  output: 'lambda-ec2 download ID',
  terminate: 'lambda-ec2 stop ID',
  'terminate-job': 'lambda-ec2 stop ID',
  'cancel-job': 'lambda-ec2 stop ID',
  rm: 'lambda-ec2 stop ID; what a job left behind stays in the bucket',
  delete: 'lambda-ec2 stop ID; what a job left behind stays in the bucket',
  set: 'lambda-ec2 settings set NAME=VALUE',
  prune: 'lambda-ec2 settings prune',
  use: 'lambda-ec2 settings use N',
  diff: 'lambda-ec2 settings diff A B',
  rebuild: 'lambda-ec2 bake',
  build: 'lambda-ec2 bake',
  check: 'lambda-ec2 doctor',
  test: 'lambda-ec2 verify',
  events: 'lambda-ec2 show ID',
  web: 'lambda-ec2 ui',
};

/** Refuses two words that other tools have for one command, where the first of them is one here. */
export function refuseTwoWords(words: readonly string[], globals: NamedBy): void {
  const line = meantByTwoWords(words);
  if (line) throw new UserError(`there is no command ${words.slice(0, 2).join(' ')}: ${aboutTheSame(line, globals)}`);
}

/** The lines of an answer with the options that named a system: pasted, they are about the same one. */
function aboutTheSame(answer: string, globals: NamedBy): string {
  const options = optionsOf(globals).map((word) => `${quoted(word)} `);
  // The pipeline of this machine bakes nothing.
  if (globals.local && answer === GUESSES.build) return 'lambda-ec2 local bake';
  return answer.replace(/\blambda-ec2 (?!local )/g, `$&${options.join('').replaceAll('$', '$$$$')}`);
}

/** Commands that are none: each answers with the line that was meant. */
export function guessedCommands(): Command[] {
  return Object.entries(GUESSES).map(([word, line]) =>
    new Command(word)
      .argument('[words...]')
      .allowUnknownOption()
      .action((_, __, command: Command) => {
        throw new UserError(`there is no command ${word}: ${aboutTheSame(line, command.optsWithGlobals())}`);
      }),
  );
}
