import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatReport } from '../../cli/local/job-report';
import { warningsIn } from '../../cli/local/log-lines';
import type { Status } from '../../contract/status';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'report-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('of a log of any size and content the last lines are shown, and nothing of it steers the terminal', () => {
  const ec2Log = path.join(dir, 'x_ec2.log');
  const said = '\u001b[31mred\u001b[0m and a bell\u0007\ttab';
  writeFileSync(ec2Log, 'first\n');
  // As large as no string can be.
  truncateSync(ec2Log, 600 * 1024 * 1024);
  writeFileSync(ec2Log, `\n${'x'.repeat(9_000)}\n${said}\r\n`, { flag: 'a' });
  const message = `the app ended with exit status 3; its last line: ${said}`;
  const status = { job_id: 'x', state: 'FAILED', reason: 'APP_FAILED', message, phases: [] } as unknown as Status;

  const report = formatReport(status, { ec2Log });

  expect(report).toContain('its last line: red and a bell  tab\n');
  expect(report).toMatch(/\nx{500}\nred and a bell {2}tab *\n$/);
});

test('what the runner warns of is told once, from a log of any size and content', () => {
  expect(warningsIn(undefined)).toEqual([]);
  const ec2Log = path.join(dir, 'x_ec2.log');
  const warning = (text: string) => `2026-11-26T00:35:22Z WARN  ${text}\n`;
  writeFileSync(ec2Log, `${warning('one')}2026-11-26T00:35:22Z INFO  two\nWARN  three\n${warning('one')}`);
  writeFileSync(ec2Log, `${warning('\u001b[31mred')}`, { flag: 'a' });
  truncateSync(ec2Log, 600 * 1024 * 1024);
  expect(warningsIn(ec2Log)).toEqual(['one', 'red']);
});
