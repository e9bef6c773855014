import type { Command } from 'commander';
import { UserError } from '../../contract/user-error';

/** What every command takes. */
export interface Globals {
  /** The name of the deployed stack; absent: that of settings.yaml. */
  stack?: string;
  region?: string;
  profile?: string;
  /** The machine of `local up` in place of a stack. */
  local?: boolean;
  /** The result as JSON. */
  json?: boolean;
  /** Answers every question with yes. */
  yes?: boolean;
  /** Nothing on standard error but errors. */
  quiet?: boolean;
}

/** What of that names a system. */
export type NamedBy = Pick<Globals, 'local' | 'stack' | 'region' | 'profile'>;

/** Adds the options that every command takes. They may stand before or after the command's own. */
export function addGlobals(program: Command): Command {
  return program
    .option('--stack <name>', 'the deployed stack (default: LAMBDA_EC2_STACK, else the name in settings.yaml)')
    .option('--region <region>', 'the AWS Region of the stack')
    .option('--profile <name>', 'the AWS profile to sign in with')
    .option('--local', 'the machine of `local up` in place of a stack')
    .option('--json', 'prints the result as JSON, as the only thing on standard output')
    .option('-y, --yes', 'asks nothing')
    .option('-q, --quiet', 'says nothing but results and errors');
}

/**
 * Gives the environment what the command line says of AWS, so that every client of the SDK finds it. A profile that is
 * named wins over keys in the environment.
 *
 * @throws UserError when both this machine and a stack are named
 */
export function applyGlobals(globals: Globals, env: NodeJS.ProcessEnv = process.env): void {
  const { region, profile } = globals;
  const other = (['stack', 'region', 'profile'] as const).find((name) => globals[name] !== undefined);
  if (globals.local && other) {
    throw new UserError(`--local means the machine of local up, and --${other} a stack: leave one out`);
  }
  // The AWS CLI reads both, the SDK the first alone.
  if (env.AWS_DEFAULT_REGION) env.AWS_REGION ??= env.AWS_DEFAULT_REGION;
  if (region !== undefined) Object.assign(env, { AWS_REGION: region, AWS_DEFAULT_REGION: region });
  if (profile === undefined) return;
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete env[name];
  env.AWS_PROFILE = profile;
}

/** What other tools call their forms of output, and the option for it here; text is what there is without one. */
const FORMS = new Map<string, string[]>([
  ['json', ['--json']],
  ['table', []],
  ['text', []],
]);
const FORM_OPTION = /^--(?:output|format)(?:=(.*))?$/;

/** `--output json` and `--format json`, as other tools have it, are `--json`; of a table nothing need be said. */
export function jsonAsAsked(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const match = FORM_OPTION.exec(word);
    const form = match ? FORMS.get(match[1] ?? words[at + 1] ?? '') : undefined;
    kept.push(...(form ?? [word]));
    if (form && match?.[1] === undefined) at++;
  }
  return kept;
}
