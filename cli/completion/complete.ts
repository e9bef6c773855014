import type { Command } from 'commander';
import { candidates, FILES } from './candidates';

/**
 * What a shell's completion asks for, as the lines that it is answered: a candidate each, or `:files` where a file
 * belongs. bash gives the line up to the cursor and takes no explanations; the others give the words.
 */
export async function complete(program: Command, shell: string, given: readonly string[]): Promise<string[]> {
  const words = shell === 'bash' ? wordsOf(given[0] ?? '').slice(1) : given;
  const found = await candidates(program, words);
  if (found === FILES) return [':files'];
  if (shell !== 'bash') return found.map(({ value, about }) => (about ? `${value}\t${about}` : value));
  // bash puts a candidate in the place of what follows the last of its word breaks.
  const typed = words.at(-1) ?? '';
  const kept = Math.max(typed.lastIndexOf('='), typed.lastIndexOf(':')) + 1;
  return found.map(({ value }) => value.slice(kept));
}

/** The words of a command line as a shell splits it, quotes taken off; the last one is empty after a space. */
function wordsOf(line: string): string[] {
  const words = [''];
  for (const [part] of line.matchAll(/\\.|'[^']*'?|"(?:\\.|[^"\\])*"?|\s+|[^\s'"\\]+|\\$/gs)) {
    if (/^\s/.test(part)) words.push('');
    else words[words.length - 1] += /^['"]/.test(part) ? part.slice(1).replace(/['"]$/, '') : part.replace(/^\\/, '');
  }
  return words;
}
