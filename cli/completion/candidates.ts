import type { Command } from 'commander';
import { type CommandLine, optionsOf, readCommandLine } from './command-line';

/** What a word may become, with what it means. */
export interface Candidate {
  value: string;
  about: string;
}

/** In place of candidates: a file or folder belongs there. */
export const FILES = 'files';
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Loads what it needs by itself: a person waits for the key. */
type Values = (words: readonly string[]) => Promise<readonly string[] | typeof FILES>;

const files: Values = async () => FILES;
const settings: Values = async () => {
  const [{ APP_SETTING_NAMES }, { APP_MAP_NAMES }] = await Promise.all([
    import('../../contract/app-settings'),
    import('../../contract/app-maps'),
  ]);
  const words = [...APP_SETTING_NAMES, 'instance_type'].map((name) => `${name}=`);
  return [...words, ...APP_MAP_NAMES.map((map) => `${map}.`)];
};
const states: Values = async () => {
  const [{ REASONS }, { STATES }] = await Promise.all([
    import('../../contract/reasons'),
    import('../../contract/status'),
  ]);
  return [...STATES, ...REASONS];
};
/** Of the system that the command line is about. */
const jobs: Values = async (words) => {
  const { recallJobs } = await import('../shared/known-jobs');
  const stack = words.find((_, at) => words[at - 1] === '--stack') ?? process.env.LAMBDA_EC2_STACK;
  return recallJobs({ isLocal: words.includes('--local'), name: stack || undefined });
};

/** What can be said of a value, by the word that the help has for it: `<id>`, `[dir]`. */
const VALUES: Readonly<Record<string, Values>> = {
  id: jobs,
  shell: async () => SHELLS,
  state: states,
  'key=value': settings,
  'name=value': settings,
  input: files,
  dir: files,
  file: files,
  'file.zip': files,
  'path-or-url': files,
};

/** What the last of these words may become. Asks nobody: it is there at the next keystroke. */
export async function candidates(program: Command, words: readonly string[]): Promise<Candidate[] | typeof FILES> {
  const line = readCommandLine(program, words);
  if (!line.option && line.typed.startsWith('-')) return starting(line, options(line.command));
  const values = await valuesOf(line, words);
  if (values === FILES) return FILES;
  const commands = line.option ? [] : subcommands(line.command);
  return starting(line, [...commands, ...values.map((value) => ({ value, about: '' }))]);
}

async function valuesOf({ option, argument, command }: CommandLine, words: readonly string[]): ReturnType<Values> {
  // The id of a bake is none of a job.
  if (!option && command.parent?.name() === 'bake') return [];
  const name = option ? /[<[]([^>\]]+)/.exec(option.flags)?.[1] : argument?.name();
  return VALUES[name ?? '']?.(words) ?? [];
}

function options(command: Command): Candidate[] {
  return optionsOf(command).flatMap(({ long, description }) => (long ? [{ value: long, about: description }] : []));
}

function subcommands(command: Command): Candidate[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((sub) => ({ value: sub.name(), about: sub.description() }));
}

function starting({ typed, prefix }: CommandLine, all: readonly Candidate[]): Candidate[] {
  return all.filter(({ value }) => value.startsWith(typed)).map((one) => ({ ...one, value: prefix + one.value }));
}
