import { Command, CommanderError } from 'commander';
import { localCommand } from './commands/local';
import { printError } from './print-error';

const program = new Command('lambda-ec2')
  .description('Runs Python jobs on EC2 instances that start from a baked AMI; `local` runs them on this machine')
  .showHelpAfterError('(lambda-ec2 --help lists the commands)')
  .addCommand(localCommand())
  .exitOverride();

program.parseAsync().catch((error: unknown) => {
  // commander has already said what was wrong.
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : printError(error);
});
