import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LOG_EVENTS } from '../../../lambda/shared/log-events';

const root = path.join(__dirname, '../../../lambda');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(?<!log-events)\.ts$/.test(file),
);
const code = files.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');

test('every event is a noun and what became of it, and some function logs it', () => {
  const events = Object.keys(LOG_EVENTS);
  expect(events.filter((event) => !/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/.test(event))).toEqual([]);
  expect(events.filter((event) => !code.includes(`'${event}'`))).toEqual([]);
});

test('no function has a logger that logs anything but events', () => {
  expect(code).toContain('eventLogger(new Logger(');
  expect(code).not.toMatch(/(?<!eventLogger\()\bnew Logger\(/);
});
