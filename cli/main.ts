import { CommanderError } from 'commander';
import { homeFolder } from '../local/instance/home';
import { lambdaEc2 } from './program';
import { jsonAsAsked } from './shared/globals';

// The AWS SDK looks for its settings there, and fails for a user id that the machine has no entry for.
process.env.HOME ??= homeFolder() ?? '/';
// `lambda-ec2 list | head` is no error, nor is a terminal that was closed.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(process.exitCode);
  throw error;
});
// Nobody hears then what the command says on its way, and it goes on.
process.stderr.on('error', () => {});

const words = jsonAsAsked(process.argv.slice(2));

lambdaEc2()
  .parseAsync(words, { from: 'user' })
  .catch(async (error: unknown) => {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const { tellFailure } = await import('./shared/failure');
    process.exitCode = tellFailure(error, words.includes('--json'));
  });
