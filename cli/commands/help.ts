import { Command } from 'commander';
import { UserError } from '../../contract/user-error';
import { version } from '../../package.json';

/** `help` and `version` as words, as other tools have them beside the options. */
export function wordsForOptions(): Command[] {
  const help = new Command('help').argument('[words...]').action((words: string[], _, self: Command) => {
    let command = self.parent as Command;
    for (const word of words) {
      const below = command.commands.find((sub) => [sub.name(), ...sub.aliases()].includes(word));
      if (!below) throw new UserError(`help ${word}: there is no such command; lambda-ec2 --help lists them`);
      command = below as Command;
    }
    command.outputHelp();
  });
  return [help, new Command('version').action(() => void process.stdout.write(`${version}\n`))];
}
