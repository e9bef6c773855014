import { createInterface } from 'node:readline/promises';
import { EXIT, UserError } from '../../contract/user-error';

/** Who is asked: the terminal that the command was typed on. */
export interface Asked {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/** The person at the terminal, by standard error: standard output is for results. */
export const PERSON: Asked = { input: process.stdin, output: process.stderr };

/**
 * Asks a person on a terminal for a line.
 *
 * @throws UserError for an interrupt (exit status 130)
 */
export async function ask(question: string, { input, output }: Asked = PERSON): Promise<string> {
  const terminal = createInterface({ input, output });
  const left = new AbortController();
  terminal.once('SIGINT', () => left.abort()).once('close', () => left.abort());
  try {
    return (await terminal.question(question, { signal: left.signal })).trim();
  } catch {
    output.write('\n');
    throw new UserError('interrupted: nothing was done', EXIT.interrupted);
  } finally {
    terminal.close();
  }
}
