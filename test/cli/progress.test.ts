import { stripVTControlCharacters } from 'node:util';
import { BakeProgress } from '../../cli/bake/bake-progress';
import { JobProgress } from '../../cli/shared/job-progress';

// A terminal shows one line that is redrawn; whatever else gets standard error has only lines that stay.

const CLEAR = '\r\u001b[2K';
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function stream(isTTY: boolean) {
  let written = '';
  const write = (text: string) => {
    written += text;
    return true;
  };
  /** What a person sees: of a line that was cleared, nothing. */
  const seen = () => written.split('\n').map((line) => stripVTControlCharacters(line.split(CLEAR).at(-1) ?? ''));
  return { stream: { isTTY, write } as NodeJS.WriteStream, written: () => written, seen };
}

const claimed = { phases: [{ name: 'boot', start: '', seconds: 1.5 }] } as never;

test('of a job a terminal shows each phase that has ended, and the one that has not until the end', () => {
  const terminal = stream(true);
  const progress = new JobProgress(terminal.stream);
  progress.line('uploaded');
  progress.update(claimed);
  jest.advanceTimersByTime(3000);
  expect(terminal.seen()).toEqual(['uploaded', '✓ boot            1.50 s', '… claim (3 s)']);
  progress.done();
  progress.line('succeeded');
  progress.done();
  expect(terminal.seen()).toEqual(['uploaded', '✓ boot            1.50 s', 'succeeded', '']);
  expect(jest.getTimerCount()).toBe(0);
});

test('of a job anything else gets lines alone', () => {
  const file = stream(false);
  const progress = new JobProgress(file.stream);
  progress.update(claimed);
  progress.update(claimed);
  jest.advanceTimersByTime(3000);
  progress.done();
  expect(file.written()).not.toContain(CLEAR);
  expect(file.seen()).toEqual(['✓ boot            1.50 s', '']);
});

test.each([
  [true, '… BUILDING     runs the components and takes the image, usually 2 min 00 s (1 min 15 s so far)'],
  [false, '… BUILDING     runs the components and takes the image, usually 2 min 00 s'],
])('of a bake its state is shown, with the time so far on a terminal: %s', (isTTY, line) => {
  const out = stream(isTTY);
  const progress = new BakeProgress({ BUILDING: 120 }, out.stream);
  progress.state({ status: 'BUILDING' } as never);
  jest.advanceTimersByTime(75_000);
  expect(out.seen()).toContain(line);
  progress.done();
});
