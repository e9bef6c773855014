import { Command, CommanderError } from 'commander';
import { printError } from '../contract/print-error';
import { homeFolder } from '../local/instance/home';
import { version } from '../package.json';
import { bakeCommand } from './commands/bake';
import { localCommand } from './commands/local';
import { overrideCommand } from './commands/override';
import { verifyCommand } from './commands/verify';

// The AWS SDK looks for its settings there, and fails for a user id that the machine has no entry for.
process.env.HOME ??= homeFolder() ?? '/';

// Each command loads what it needs when it is called: `--version` does not wait for the local machine and the AWS SDK.
const program = new Command('lambda-ec2')
  .description('Runs Python jobs on EC2 instances that start from a baked AMI; `local` runs them on this machine')
  .version(version)
  .addCommand(bakeCommand())
  .addCommand(localCommand())
  .addCommand(overrideCommand())
  .addCommand(verifyCommand());
refuseInOneSentence(program);

/** Mistakes on the command line end with exit status 2 wherever they are: commander's own is 1, as for a failed job. */
function refuseInOneSentence(command: Command): void {
  command.exitOverride().showHelpAfterError('(--help says more)');
  for (const sub of command.commands) refuseInOneSentence(sub as Command);
}

program.parseAsync().catch((error: unknown) => {
  // commander has already said what was wrong.
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : printError(error);
});
