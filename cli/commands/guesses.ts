import { Command } from 'commander';
import { UserError } from '../../contract/user-error';

/** What people type first who know other tools, and the line that does it here. */
const GUESSES: Readonly<Record<string, string>> = {
  deploy: 'npx cdk deploy',
  destroy: 'npx cdk destroy',
  up: 'lambda-ec2 local up',
  upload: 'lambda-ec2 submit FILE.zip',
  start: 'lambda-ec2 submit FILE.zip',
  launch: 'lambda-ec2 submit FILE.zip',
  wait: 'lambda-ec2 submit FILE.zip --wait, or lambda-ec2 logs ID -f for a job that is there',
  watch: 'lambda-ec2 list -w, or lambda-ec2 logs ID -f',
  tail: 'lambda-ec2 logs ID -f',
  follow: 'lambda-ec2 logs ID -f',
  attach: 'lambda-ec2 logs ID -f',
  queue: 'lambda-ec2 list',
  history: 'lambda-ec2 settings history, or lambda-ec2 list for jobs',
  missing: 'lambda-ec2 list --missing',
  reconcile: 'lambda-ec2 rerun --missing',
  output: 'lambda-ec2 download ID',
  terminate: 'lambda-ec2 stop ID',
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

/** Commands that are none: each answers with the line that was meant. */
export function guessedCommands(): Command[] {
  return Object.entries(GUESSES).map(([word, line]) =>
    new Command(word)
      .argument('[words...]')
      .allowUnknownOption()
      .action(() => {
        throw new UserError(`there is no command ${word}: ${line}`);
      }),
  );
}
