import { type Html, html } from './html';

/** A bar of a chart: parts on each other, or beside each other. */
export interface Bar {
  /** Below the bar, where there is room. */
  label: string;
  parts: readonly Part[];
}

export interface Part {
  /** Written into the part, so that its colour is not the only sign. */
  name: string;
  value: number;
  /** One of 0 to 5. */
  colour: number;
}

export interface Chart {
  /** What it shows, for those who do not see it. */
  title: string;
  bars: readonly Bar[];
  isStacked: boolean;
  format(value: number): string;
}

const WIDTH = 900;
const HEIGHT = 220;
const LEFT = 60;
const BOTTOM = 24;
const TOP = 8;
/** A text needs so much. */
const LABEL_WIDTH = 74;
const TEXT_HEIGHT = 12;
const DIGIT_WIDTH = 7;

/** Bars as a picture; a table beside it says the same in numbers. */
export function chart({ title, bars, isStacked, format }: Chart): Html {
  const sums = bars.map(({ parts }) => parts.map(({ value }) => value));
  const highest = sums.map((values) => (isStacked ? values.reduce((a, b) => a + b, 0) : Math.max(0, ...values)));
  const most = Math.max(...highest, Number.MIN_VALUE);
  const y = (value: number) => Math.round(HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP));
  const step = (WIDTH - LEFT) / Math.max(1, bars.length);
  const every = Math.ceil(LABEL_WIDTH / step);
  return html`<div class="wide"><svg role="img" aria-label="${title}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
${[most, most / 2].map((value) => line(y(value), format(value)))}${line(y(0), '0')}
${bars.map((bar, at) => {
  const x = LEFT + at * step;
  const label = at % every === 0 && html`<text x="${Math.round(x)}" y="${HEIGHT - 6}">${bar.label}</text>`;
  return html`${partsOf(bar, x, step, y, isStacked)}${label}`;
})}</svg></div>`;
}

function line(y: number, label: string): Html {
  return html`<line class="axis" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function partsOf({ parts }: Bar, x: number, step: number, y: (value: number) => number, isStacked: boolean): Html[] {
  const room = Math.min(step * 0.85, 60);
  const width = Math.max(1, isStacked ? room : room / Math.max(1, parts.length));
  let sum = 0;
  return parts.map(({ name, value, colour }, at) => {
    const from = isStacked ? sum : 0;
    sum += value;
    const left = Math.round((isStacked ? x : x + at * width) * 10) / 10;
    const [top, bottom] = [y(from + value), y(from)];
    // A gap of one pixel parts those that lie on each other.
    const height = Math.max(value > 0 ? 1 : 0, bottom - top - (isStacked ? 1 : 0));
    const isNamed = name !== '' && height > TEXT_HEIGHT && width > name.length * DIGIT_WIDTH + 2;
    return html`<rect class="c${colour}" x="${left}" y="${top}" width="${Math.round(width * 10) / 10}" height="${height}"/>${isNamed && html`<text class="in" x="${left + 2}" y="${top + TEXT_HEIGHT}">${name}</text>`}`;
  });
}
