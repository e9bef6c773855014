import stringWidth from 'string-width';
import { formatTable } from '../../cli/shared/table';

const HEAD = ['ID', 'STATE', 'REASON'];
const ROWS = [
  ['2026/a-very-long-name-of-a-job', 'RUNNING', ''],
  ['may', 'FAILED', 'REQUIREMENTS_FAILED'],
];
const linesOf = (width?: number) => formatTable(HEAD, ROWS, width).trimEnd().split('\n');

test('without a width nothing is cut', () => {
  expect(linesOf()).toEqual([
    'ID                              STATE    REASON',
    '2026/a-very-long-name-of-a-job  RUNNING',
    'may                             FAILED   REQUIREMENTS_FAILED',
  ]);
});

test('the first column is cut before others are left out', () => {
  expect(linesOf(44)).toEqual([
    'ID              STATE    REASON',
    '2026/a-very-l…  RUNNING',
    'may             FAILED   REQUIREMENTS_FAILED',
  ]);
});

test.each([10, 20, 30, 40, 80])('no line is longer than %d', (width) => {
  const lines = linesOf(width);
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(width, 8));
});

test('a cell stays one line, and wide characters count twice', () => {
  expect(formatTable(['A', 'B'], [['日本', 'x\ny']])).toBe('A     B\n日本  x y\n');
});
