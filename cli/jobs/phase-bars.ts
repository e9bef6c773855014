import { isFinal, type Status } from '../../contract/status';

const NAME_WIDTH = 12;
const SECONDS_WIDTH = 9;
const MOST = 40;
const LEAST = 5;

/** A phase with its place in the whole time. */
export interface PhaseSpan {
  name: string;
  seconds: number;
  /** It still runs. */
  isOpen: boolean;
  /** Where it begins and how long it is, as parts of 1. */
  at: number;
  length: number;
}

/**
 * The phases of a job within its whole time. `now` in milliseconds: what runs has lasted until then, and what nobody ended
 * until the job did.
 */
export function phaseSpans({ phases, state, ended }: Status, now: number): PhaseSpan[] {
  const isOver = isFinal(state);
  const last = (isOver && Date.parse(ended ?? '')) || now;
  const all = (phases ?? []).map(({ name, start, seconds }) => {
    const from = Date.parse(start);
    return { name, from, to: seconds === null ? last : from + seconds * 1000, isOpen: seconds === null && !isOver };
  });
  const spans = all.filter(({ from }) => Number.isFinite(from));
  const begin = Math.min(...spans.map(({ from }) => from));
  const total = Math.max(1, Math.max(...spans.map(({ to }) => to)) - begin);
  return spans.map(({ name, from, to, isOpen }) => ({
    name,
    seconds: (to - from) / 1000,
    isOpen,
    at: (from - begin) / total,
    length: (to - from) / total,
  }));
}

/** The phases of a job, a line each: how long, and as a bar where in the whole time. `now` in milliseconds. */
export function phaseBars(status: Status, now: number, width = 80): string[] {
  const room = Math.min(MOST, width - NAME_WIDTH - SECONDS_WIDTH - 3);
  const mark = process.env.TERM === 'dumb' ? '#' : '█';
  return phaseSpans(status, now).map(({ name, seconds, isOpen, at, length }) => {
    const words = `${seconds.toFixed(seconds < 60 ? 2 : 0)} s${isOpen ? ' …' : ''}`;
    const line = `${name.padEnd(NAME_WIDTH)} ${words.padStart(SECONDS_WIDTH)}`;
    if (room < LEAST) return line;
    const from = Math.min(room - 1, Math.floor(at * room));
    const marks = Math.max(1, Math.min(room - from, Math.round(length * room)));
    return `${line}  ${' '.repeat(from)}${mark.repeat(marks)}`;
  });
}
