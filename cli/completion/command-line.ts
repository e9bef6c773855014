import type { Argument, Command, Option } from 'commander';

/** What stands before the cursor, as the commands understand it. */
export interface CommandLine {
  /** The command that the words lead to. */
  command: Command;
  /** The option whose value is to be completed. */
  option?: Option;
  /** The argument that is to be completed, where the command has one more. */
  argument?: Argument;
  /** What is typed of the word that is to be completed; of `--name=value` the value. */
  typed: string;
  /** What that word begins with before it: `--name=`, else nothing. */
  prefix: string;
}

/** Reads the words of a command line, of which the last is to be completed: empty where a new word begins. */
export function readCommandLine(program: Command, words: readonly string[]): CommandLine {
  let command = program;
  let option: Option | undefined;
  let position = 0;
  for (const word of words.slice(0, -1)) {
    const isValue = option !== undefined;
    option = undefined;
    if (isValue) continue;
    const found = position === 0 && !word.startsWith('-') ? subcommand(command, word) : undefined;
    if (found) command = found;
    else if (word.startsWith('-')) option = valued(optionNamed(command, word));
    else position++;
  }
  const word = words.at(-1) ?? '';
  const [, prefix = '', name = ''] = /^((--[^=]+)=)/.exec(word) ?? [];
  option ??= valued(optionNamed(command, name));
  const { registeredArguments: all } = command;
  const last = all.at(-1);
  return {
    command,
    option,
    argument: all[position] ?? (last?.variadic ? last : undefined),
    typed: word.slice(prefix.length),
    prefix,
  };
}

/** The options of a command, with those that every command takes. */
export function optionsOf(command: Command): Option[] {
  const all: Option[] = [];
  for (let at: Command | null = command; at; at = at.parent) all.push(...at.options);
  return all.filter(({ hidden }) => !hidden);
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands.find((sub) => sub.name() === word || sub.aliases().includes(word)) as Command | undefined;
}

function optionNamed(command: Command, word: string): Option | undefined {
  return optionsOf(command).find(({ long, short }) => word === long || word === short);
}

const valued = (option: Option | undefined) => (option?.required ? option : undefined);
