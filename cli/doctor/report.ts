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
 * A line for each check, with what to do behind it. Where lines may be of `width` characters at most, those that are
 * longer go on below, indented.
 */
export function formatDiagnosis({ checks }: Diagnosis, width = Number.POSITIVE_INFINITY): string {
  const [stateWidth, nameWidth] = [
    Math.max(...checks.map(({ state }) => state.length)),
    Math.max(...checks.map(({ name }) => name.length)),
  ];
  return checks
    .map(({ state, name, found, fix }) => {
      const head = `${state.padEnd(stateWidth)}  ${name.padEnd(nameWidth)}`;
      const text = [head, ...(fix ? [`${oneLine(found)} -> ${oneLine(fix)}`] : [oneLine(found)])].join('  ');
      return `${PAINT[state](state)}${wrap(text, width).slice(state.length)}\n`;
    })
    .join('');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Breaks a line between words; a word that is too long alone stays whole, so that it can be copied. */
function wrap(text: string, width: number): string {
  if (text.length <= width) return text;
  const lines = [''];
  for (const word of text.split(/ +/)) {
    const line = lines.at(-1) as string;
    const longer = line ? `${line}${line.trim() ? ' ' : ''}${word}` : word;
    if (longer.length <= width || !line.trim()) lines[lines.length - 1] = longer;
    else lines.push(`${INDENT}${word}`);
  }
  return lines.join('\n');
}
