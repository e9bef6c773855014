import Table from 'cli-table3';
import stringWidth from 'string-width';

/** Of a terminal that does not say how wide it is. */
const DEFAULT_WIDTH = 80;
const GAP = 2;
/** A cell is not cut below this. */
const LEAST_WIDTH = 8;

/** How wide what is printed may be: undefined for a pipe or a file, where nothing is cut. */
export function outputWidth(stream: NodeJS.WriteStream = process.stdout): number | undefined {
  return stream.isTTY ? stream.columns || DEFAULT_WIDTH : undefined;
}

/**
 * Rows below a heading, in columns without borders, in lines of at most `width` characters; as long as they need when
 * absent. Where that is too little, the last columns are left out and then the first is cut, with an ellipsis.
 */
export function formatTable(
  head: readonly string[],
  rows: readonly string[][],
  width = Number.POSITIVE_INFINITY,
): string {
  // A line break within a cell would be a row of its own.
  const cells = [[...head], ...rows].map((row) => row.map((cell) => cell.replace(/\s+/g, ' ')));
  const widths = fit(
    head.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? '')))),
    width,
  );
  const table = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] },
    colWidths: widths.map((column) => column + GAP),
  });
  table.push(...cells.map((row) => row.slice(0, widths.length)));
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

/** The widths of as many columns as there is room for. */
function fit(widths: number[], width: number): number[] {
  const [first = 0, ...others] = widths;
  const least = Math.min(first, LEAST_WIDTH);
  const total = (columns: number[]) => columns.reduce((sum, column) => sum + column + GAP, -GAP);
  while (others.length > 0 && total([least, ...others]) > width) others.pop();
  return [Math.max(least, Math.min(first, width - total([0, ...others]))), ...others];
}

const BORDERS = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const LINES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'];
const NO_BORDERS = Object.fromEntries([...BORDERS, ...LINES].map((place) => [place, '']));
