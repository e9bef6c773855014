import { createInterface } from 'node:readline/promises';
import { EXIT, UserError } from '../../contract/user-error';

/** Who is asked: the terminal that the command was typed on. */
export interface Asked {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/**
 * Asks a person on the terminal, by standard error, whether to do something that cannot be taken back. `yes` (`-y`)
 * answers for them. True for y and yes, in any case; false for anything else.
 *
 * @throws UserError without a terminal: a command in a pipe or a schedule must not wait for an answer that never comes,
 * and for an interrupt (exit status 130)
 */
export async function confirm(
  question: string,
  { yes = false }: { yes?: boolean } = {},
  { input, output }: Asked = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (yes) return true;
  if (!input.isTTY) throw new UserError(`${question} There is no terminal to ask on: give -y to say yes`);
  const terminal = createInterface({ input, output });
  const left = new AbortController();
  terminal.once('SIGINT', () => left.abort()).once('close', () => left.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: left.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    output.write('\n');
    throw new UserError('interrupted: nothing was done', EXIT.interrupted);
  } finally {
    terminal.close();
  }
}
