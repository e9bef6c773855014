import { existsSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import path from 'node:path';
import { PIP_HANDED_DOWN } from '../../contract/pip-options';
import { homeFolder } from './home';

const OPTIONS: ReadonlySet<string> = new Set(PIP_HANDED_DOWN);
/** Every pip reads it, that of a local instance too. */
const MACHINE_FILES = ['/etc/xdg/pip/pip.conf', '/etc/pip.conf'];

/** The person's own file of pip, which lies in a home directory that a local instance does not have. */
export function ownPipFile(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.PIP_CONFIG_FILE !== undefined) return env.PIP_CONFIG_FILE;
  const home = homeFolder(env) ?? '/';
  const files = [
    path.join(env.XDG_CONFIG_HOME ?? path.join(home, '.config'), 'pip/pip.conf'),
    path.join(home, '.pip/pip.conf'),
  ];
  return files.find((file) => existsSync(file));
}

/**
 * That pip is told of this machine's indexes, proxies and certificates, which an instance does not know: a sentence,
 * or none.
 */
export function pipWarnings(env: NodeJS.ProcessEnv = process.env, machineFiles = MACHINE_FILES): string[] {
  const own = ownPipFile(env);
  const files = own === devNull ? [] : [...machineFiles, ...(own === undefined ? [] : [own])];
  const used = [
    ...Object.keys(env).filter((name) => name.startsWith('PIP_') && OPTIONS.has(optionOf(name.slice('PIP_'.length)))),
    ...files.flatMap((file) => optionsIn(file).map((option) => `${option} of ${file}`)),
  ];
  if (used.length === 0) return [];
  return [`pip goes by ${used.join(', ')}: settings of this machine, which an instance does not have`];
}

const optionOf = (name: string) => name.toLowerCase().replaceAll('_', '-');

/** Those options of a configuration file that are handed down, whatever their section. */
function optionsIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const names = [...text.matchAll(/^([A-Za-z][\w-]*)\s*[=:]/gm)].map(([, name = '']) => optionOf(name));
  return [...new Set(names)].filter((name) => OPTIONS.has(name));
}
