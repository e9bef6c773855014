import { type Command, Help, type HelpConfiguration } from 'commander';

/** How `--help` tells of commands: with every name that each has, and what stands below it. */
export const HELP: HelpConfiguration = {
  showGlobalOptions: true,
  subcommandTerm: (command) => [command.name(), ...argumentsOf(command as Command)].join(' '),
  subcommandDescription: (command) => {
    const description = Help.prototype.subcommandDescription(command);
    const notes = [named('also', command.aliases()), named('with', namesBelow(command as Command))];
    return [description, ...notes].filter(Boolean).join('; ');
  },
  commandDescription: (command) => {
    const description = Help.prototype.commandDescription(command);
    const also = command.parent && command.aliases().length > 1 ? `Also: ${command.aliases().join(', ')}` : '';
    return [description, also].filter(Boolean).join('\n\n');
  },
};

function argumentsOf({ registeredArguments }: Command): string[] {
  return registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '...' : '');
    return argument.required ? `<${name}>` : `[${name}]`;
  });
}

function namesBelow(command: Command): string[] {
  const names = command.createHelp().visibleCommands(command);
  return names.map((sub) => sub.name()).filter((name) => name !== 'help');
}

const named = (word: string, names: readonly string[]) => (names.length > 0 ? `${word} ${names.join(', ')}` : '');
