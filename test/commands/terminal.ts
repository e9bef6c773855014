import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Terminal } from '@xterm/headless';
import { BIN, STATE } from './run-command';

const HISTORY = 5000;
export const CTRL_C = '\u0003';

/** What a command left on a terminal. */
export interface Shown {
  code: number | null;
  /** All that was written, with what steers the terminal. */
  raw: string;
  /** The lines that a person sees at the end, those that have left the screen above it included. */
  lines: string[];
}

export interface TerminalOptions {
  /** When this has come, `answer` is typed: a line ends with `\r`, and `\u0003` is Ctrl-C. */
  ask?: string;
  /** Or what to do with all that was written by then, and to type after it. */
  answer?: string | ((raw: string) => Promise<string>);
  columns?: number;
  env?: NodeJS.ProcessEnv;
}

/** Runs a command as a person does, in a pseudo-terminal with 24 rows. */
export async function onTerminal(
  cwd: string,
  args: string[],
  { ask, answer = '', columns = 80, env = {} }: TerminalOptions = {},
): Promise<Shown> {
  const all = { ...process.env, LAMBDA_EC2_STATE: STATE, TERM: 'xterm-256color', NO_COLOR: '', CI: '', ...env };
  const words = [path.join(__dirname, 'terminal.py'), String(columns), process.execPath, BIN, ...args];
  const child = spawn('python3', words, { cwd, env: all, stdio: ['pipe', 'pipe', 'inherit'] });
  let raw = '';
  let answered: Promise<void> | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
    if (ask !== undefined && raw.includes(ask)) answered ??= type(raw);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await answered;
  return { code, raw, lines: await linesOn(raw, columns) };

  async function type(seen: string): Promise<void> {
    const answering = typeof answer === 'string' ? answer : answer(seen);
    // What fails is told at the end, and the command must come to one.
    child.stdin.write(await Promise.resolve(answering).catch(() => CTRL_C));
    await answering;
  }
}

/** What a terminal makes of it. */
async function linesOn(raw: string, cols: number): Promise<string[]> {
  const terminal = new Terminal({ cols, rows: 24, scrollback: HISTORY, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(raw, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
  terminal.dispose();
  return lines;
}
