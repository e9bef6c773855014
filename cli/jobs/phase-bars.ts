import type { Status } from '../../contract/status';

const NAME_WIDTH = 12;
const SECONDS_WIDTH = 9;
const MOST = 40;
const LEAST = 5;

/** The phases of a job, a line each: how long, and as a bar where in the whole time. `now` in milliseconds. */
export function phaseBars({ phases }: Status, now: number, width = 80): string[] {
  if (!phases?.length) return [];
  const spans = phases.map(({ name, start, seconds }) => {
    const from = Date.parse(start);
    return { name, from, to: seconds === null ? now : from + seconds * 1000, isOpen: seconds === null };
  });
  const begin = Math.min(...spans.map(({ from }) => from));
  const total = Math.max(1, Math.max(...spans.map(({ to }) => to)) - begin);
  const room = Math.min(MOST, width - NAME_WIDTH - SECONDS_WIDTH - 3);
  const mark = process.env.TERM === 'dumb' ? '#' : '█';
  return spans.map(({ name, from, to, isOpen }) => {
    const seconds = `${((to - from) / 1000).toFixed(to - from < 60_000 ? 2 : 0)} s${isOpen ? ' …' : ''}`;
    const line = `${name.padEnd(NAME_WIDTH)} ${seconds.padStart(SECONDS_WIDTH)}`;
    if (room < LEAST) return line;
    const at = Math.min(room - 1, Math.floor(((from - begin) / total) * room));
    const length = Math.max(1, Math.min(room - at, Math.round(((to - from) / total) * room)));
    return `${line}  ${' '.repeat(at)}${mark.repeat(length)}`;
  });
}
