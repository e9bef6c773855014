import { LogLines } from '../../../cli/jobs/log-lines';

const since = Date.parse('2026-11-24T12:00:00Z');
const OLD = '2026-11-24T11:59:59Z INFO  app: begins';
const NEW = '2026-11-24T12:00:01Z INFO  app: done';

function look(...lines: string[]) {
  const log = new LogLines({ since });
  return { shown: log.add(Buffer.from(lines.map((line) => `${line}\n`).join(''))), leftOut: log.leftOut };
}

test.each([
  ['all are older', [OLD], [], 0],
  ['of what an app has printed since the last older line the time is not known', [OLD, 'a', 'b'], [], 2],
  ['what stands between two older lines is older', [OLD, 'a', OLD], [], 0],
  ['what follows a newer line is newer', [OLD, 'a', NEW, 'b'], [NEW, 'b'], 1],
  ['the log of an app alone has no times', ['a', 'b'], [], 2],
])('%s', (_, lines, shown, leftOut) => {
  expect(look(...lines)).toEqual({ shown, leftOut });
});
