import { type Argument, Command, type Option } from 'commander';
import { lambdaEc2 } from '../../cli/program';
import { addGlobals } from '../../cli/shared/globals';
import { code, table } from './table';

/** The section on the command line: what `--help` of each command says, in one place. */
export function commandsSection(): string {
  const program = lambdaEc2();
  const commands = visible(program);
  const groups = [...new Set(commands.map((command) => command.helpGroup()))];
  const sections = groups.map((name) =>
    groupSection(
      name,
      commands.filter((command) => command.helpGroup() === name),
    ),
  );
  return `## Commands

\`lambda-ec2 COMMAND --help\` says the same. An id is whole, a unique beginning, or \`-\` for the newest.

### Of every command

${table(['option', 'meaning'], options(addGlobals(new Command())))}

${sections.join('\n\n')}`;
}

const visible = (command: Command) =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((sub) => sub.name() !== 'help') as Command[];

/** \`JOBS:\` is what the help calls a group. */
function groupSection(name: string, commands: Command[]): string {
  const all = commands.flatMap((command) => (command.commands.length > 0 ? below(command) : [command]));
  const rows = all.map((command) => [code(usage(command)), aliases(command), command.description()]);
  const words = all.flatMap((command) =>
    [...parameters(command), ...options(command)].map((cells) => [code(path(command)), ...cells]),
  );
  return `### ${name.charAt(0)}${name.slice(1, -1).toLowerCase()}

${table(['command', 'also', 'what it does'], rows)}

${table(['command', 'takes', 'meaning'], words)}`;
}

/** A command that does something by itself, and those below it. */
function below(command: Command): Command[] {
  const isOne = command.options.length > 0 || command.aliases().length > 0;
  return [...(isOne ? [command] : []), ...visible(command)];
}

/** Its words after the program's name. */
function path(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${path(parent)} ${command.name()}` : command.name();
}

function usage(command: Command): string {
  // Words that have no meaning are taken only to be refused in a sentence.
  const known = command.registeredArguments.filter(({ variadic, description }) => !variadic || description);
  const words = known.map((argument) => term(argument));
  return [path(command), ...words].join(' ');
}

function term(argument: Argument): string {
  const words = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${words}>` : `[${words}]`;
}

function aliases(command: Command): string {
  return command.aliases().map(code).join(', ');
}

const parameters = (command: Command) =>
  command.registeredArguments
    .filter(({ description }) => description)
    .map((argument) => [code(term(argument)), withDefault(argument.description, argument.defaultValue)]);

const options = (command: Command) =>
  command.options.map((option: Option) => [code(option.flags), withDefault(option.description, option.defaultValue)]);

const withDefault = (text: string, value: unknown) =>
  typeof value === 'string' ? `${text} (default: ${value})` : text;
