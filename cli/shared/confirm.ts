import { UserError } from '../../contract/user-error';
import { type Asked, ask, PERSON } from './ask';

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
  asked: Asked = PERSON,
): Promise<boolean> {
  if (yes) return true;
  if (!asked.input.isTTY) throw new UserError(`${question} There is no terminal to ask on: give -y to say yes`);
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, asked));
}
