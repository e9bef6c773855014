import { Command, type CommanderError } from 'commander';
import { EXIT_STATUSES, UserError } from '../contract/user-error';
import { version } from '../package.json';
import { bakeCommand } from './commands/bake';
import { completeCommand, completionCommand } from './commands/completion';
import { doctorCommand } from './commands/doctor';
import { guessedCommands, refuseTwoWords } from './commands/guesses';
import { wordsForOptions } from './commands/help';
import { jobCommands } from './commands/jobs';
import { localCommand } from './commands/local';
import { overrideCommand } from './commands/override';
import { purgeCommand } from './commands/purge';
import { scheduleCommand } from './commands/schedule';
import { rollbackCommand, settingsCommand } from './commands/settings';
import { statusCommand } from './commands/status';
import { uiCommand } from './commands/ui';
import { verifyCommand } from './commands/verify';
import { addGlobals, applyGlobals } from './shared/globals';
import { HELP } from './shared/help';

/** The groups of commands in the help, in its order. */
const GROUPS: Readonly<Record<string, () => Command[]>> = {
  'JOBS:': () => [...jobCommands(), scheduleCommand()],
  'SETTINGS:': () => [settingsCommand(), rollbackCommand(), overrideCommand(), bakeCommand()],
  'CHECK:': () => [
    statusCommand(),
    doctorCommand(),
    verifyCommand(),
    uiCommand(),
    localCommand(),
    purgeCommand(),
    completionCommand(),
  ],
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
    .hook('preSubcommand', (command) => refuseTwoWords(command.args, command.opts()))
    .hook('preAction', (_, command) => applyGlobals(command.optsWithGlobals()));
  for (const [group, commands] of Object.entries(GROUPS)) {
    for (const command of commands()) program.addCommand(command.helpGroup(group));
  }
  for (const command of [completeCommand(), ...wordsForOptions(), ...guessedCommands()])
    program.addCommand(command, { hidden: true });
  refuseInOneSentence(program);
  return program;
}

/** Mistakes on the command line end with exit status 2 wherever they are: commander's own is 1, as for a failed job. */
function refuseInOneSentence(command: Command): void {
  command
    .exitOverride((error) => refuse(command, error))
    .showHelpAfterError('(--help says more)')
    .configureHelp(HELP);
  for (const sub of command.commands) refuseInOneSentence(sub as Command);
}

/** After the help of a command that was called without the one below it comes a sentence, also as JSON. */
function refuse(command: Command, error: CommanderError): never {
  if (error.code !== 'commander.help') throw error;
  const words = command.parent ? `lambda-ec2 ${command.name()}` : 'lambda-ec2';
  throw new UserError(`which command? ${words} --help lists them`);
}

function exitStatuses(): string {
  const lines = Object.entries(EXIT_STATUSES).map(([status, meaning]) => `  ${status.padStart(3)}  ${meaning}`);
  return `\nExit status:\n${lines.join('\n')}`;
}
