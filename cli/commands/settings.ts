import { Command } from 'commander';
import { UserError } from '../../contract/user-error';
import { commandLine, optionsOf } from '../shared/command-line';
import { setOptions } from './override';

/** `lambda-ec2 settings …`: the launch template versions, from which jobs start. */
export function settingsCommand(): Command {
  const settings = new Command('settings')
    .aliases(['config', 'template'])
    .description('what jobs start from: every version of the settings and the image, who wrote it and what it changed');
  listCommand(settings);
  setOptions(settings.command('set'))
    .description('writes a version with other settings and makes it the default')
    .action(async (words: string[], _, command: Command) => {
      const { override } = await import('../override/override');
      process.exitCode = await override(words, command.optsWithGlobals());
    });
  settings
    .command('show [version]')
    .aliases(['describe', 'get'])
    .description('all settings of a version: a number, default or latest (default: the default)')
    .action(async (word: string | undefined, _, command: Command) => {
      const { show } = await import('../settings/show');
      process.exitCode = await show(word, command.optsWithGlobals());
    });
  settings
    .command('diff [from] [to]')
    .description(
      'what differs between two versions, or a version and settings.yaml (default: default and settings.yaml)',
    )
    .addHelpText(
      'after',
      '\nThe exit status is 0 whether anything differs or not; --json has a list that is empty or not.',
    )
    .action(async (from: string | undefined, to: string | undefined, _, command: Command) => {
      const { diff } = await import('../settings/diff');
      process.exitCode = await diff(from, to, command.optsWithGlobals());
    });
  settings
    .command('use <version>')
    .description('makes a version the default, if jobs could run from it')
    .action(async (word: string, _, command: Command) => {
      const { use } = await import('../settings/use');
      process.exitCode = await use(word, command.optsWithGlobals());
    });
  settings
    .command('prune')
    .description('deletes the versions that nobody needs any more, after asking')
    .option('--older-than <duration>', 'none that is younger: an upload that names one may wait that long', '14d')
    .action(async (_, command: Command) => {
      const { prune } = await import('../settings/prune');
      process.exitCode = await prune(command.optsWithGlobals());
    });
  return settings;
}

function listCommand(settings: Command): void {
  settings
    .command('history', { isDefault: true })
    .aliases(['list', 'ls', 'log'])
    .description('lists the versions, newest first; what a bare `settings` does')
    .argument('[words...]')
    .option('-n, --limit <count>', 'at most so many (default: 20)')
    .action(async (words: string[], _, command: Command) => {
      if (words.length > 0) throw new UserError(meant(words, optionsOf(command.optsWithGlobals())));
      const { history } = await import('../settings/history');
      process.exitCode = await history(command.optsWithGlobals());
    });
}

/** The line for words that are none of the commands. */
function meant(words: string[], options: string[]): string {
  const [word = '', ...others] = words;
  const line = (...all: string[]) => commandLine({ options }, ...all);
  if (word.includes('=')) return `to change settings: ${line('settings', 'set', ...words)}`;
  if (/^(rollback|undo|revert)$/.test(word)) return `to roll back: ${line('rollback', ...others)}`;
  if (/^(v?[0-9]+|default|latest)$/.test(word)) return `to see version ${word}: ${line('settings', 'show', word)}`;
  return `settings ${word}: there is no such command; there are history, show, diff, set, use and prune`;
}

/** `lambda-ec2 rollback`: the way back from a change, as it is typed at night. */
export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('makes the settings and the image before the present ones the default again')
    .argument('[version]', 'the version to go back to (default: the default before the present one)')
    .aliases(['undo', 'revert'])
    .addHelpText('after', '\nA second rollback goes one version further back, not forth again.')
    .action(async (word: string | undefined, _, command: Command) => {
      const { rollback } = await import('../settings/rollback');
      process.exitCode = await rollback(word, command.optsWithGlobals());
    });
}
