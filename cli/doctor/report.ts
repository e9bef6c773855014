import pc from 'picocolors';
import type { CheckResult, Diagnosis } from '../json/doctor';

const PAINT: Record<CheckResult['state'], (text: string) => string> = {
  ok: pc.green,
  problem: pc.red,
  unknown: pc.yellow,
  skipped: pc.dim,
};
const INDENT = '  ';

/**
 * A line for each check, with what to do behind it. Where lines may be of `width` characters at most, what does not fit
 * goes on below, indented.
 */
export function formatDiagnosis({ checks }: Diagnosis, width = Number.POSITIVE_INFINITY): string {
  const stateWidth = Math.max(...checks.map(({ state }) => state.length));
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ state, name, ...check }) => {
    const [found, fix] = [oneLine(check.found), check.fix && `-> ${oneLine(check.fix)}`];
    const painted = PAINT[state](state) + ' '.repeat(stateWidth - state.length);
    const rest = ['', name.padEnd(nameWidth), fix ? `${found} ${fix}` : found].join('  ');
    if (stateWidth + rest.length <= width) return [painted + rest];
    return [`${painted}  ${name}`, ...wrap(found, width), ...(fix ? wrap(fix, width) : [])];
  });
  return `${lines.join('\n')}\n`;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Indented lines that are broken between words; a word that is too long alone stays whole, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(INDENT + word);
  }
  return lines;
}
