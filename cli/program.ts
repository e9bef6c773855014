import { Command } from 'commander';
import { EXIT_STATUSES } from '../contract/user-error';
import { version } from '../package.json';
import { bakeCommand } from './commands/bake';
import { completeCommand, completionCommand } from './commands/completion';
import { doctorCommand } from './commands/doctor';
import { guessedCommands } from './commands/guesses';
import { jobCommands } from './commands/jobs';
import { localCommand } from './commands/local';
import { overrideCommand } from './commands/override';
import { rollbackCommand, settingsCommand } from './commands/settings';
import { statusCommand } from './commands/status';
import { uiCommand } from './commands/ui';
import { verifyCommand } from './commands/verify';
import { addGlobals, applyGlobals } from './shared/globals';

/** The groups of commands in the help, in its order. */
const GROUPS: Readonly<Record<string, () => Command[]>> = {
  'JOBS:': jobCommands,
  'SETTINGS:': () => [settingsCommand(), rollbackCommand(), overrideCommand(), bakeCommand()],
  'CHECK:': () => [statusCommand(), doctorCommand(), verifyCommand(), uiCommand(), localCommand(), completionCommand()],
};

/**
 * The command line. Each command loads what it needs when it is called: `--version` does not wait for the local machine
 * and the AWS SDK.
 */
export function lambdaEc2(): Command {
  const program = addGlobals(new Command('lambda-ec2'))
    .description('Runs Python jobs on EC2 instances that start from a baked AMI; `local` runs them on this machine')
    .version(version)
    .helpCommand(false)
    .addHelpText('after', exitStatuses)
    .hook('preAction', (_, command) => applyGlobals(command.optsWithGlobals()));
  for (const [group, commands] of Object.entries(GROUPS)) {
    for (const command of commands()) program.addCommand(command.helpGroup(group));
  }
  for (const command of [completeCommand(), ...guessedCommands()]) program.addCommand(command, { hidden: true });
  refuseInOneSentence(program);
  return program;
}

/** Mistakes on the command line end with exit status 2 wherever they are: commander's own is 1, as for a failed job. */
function refuseInOneSentence(command: Command): void {
  command.exitOverride().showHelpAfterError('(--help says more)').configureHelp({ showGlobalOptions: true });
  for (const sub of command.commands) refuseInOneSentence(sub as Command);
}

function exitStatuses(): string {
  const lines = Object.entries(EXIT_STATUSES).map(([status, meaning]) => `  ${status.padStart(3)}  ${meaning}`);
  return `\nExit status:\n${lines.join('\n')}`;
}
