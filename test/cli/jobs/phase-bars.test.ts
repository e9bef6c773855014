import { phaseSpans } from '../../../cli/jobs/phase-bars';
import type { Status } from '../../../contract/status';

const START = Date.parse('2026-11-26T06:00:00Z');
const phases = [
  { name: 'boot', start: '2026-11-26T06:00:00Z', seconds: 10 },
  { name: 'app', start: '2026-11-26T06:00:10Z', seconds: null },
];
const spans = (more: Partial<Status>) =>
  phaseSpans({ job_id: 'may', state: 'RUNNING', message: '', attempt: 1, phases, ...more }, START + 100_000).map(
    ({ name, seconds, isOpen }) => [name, seconds, isOpen],
  );

test('a phase that runs has lasted until now', () => {
  expect(spans({})).toEqual([
    ['boot', 10, false],
    ['app', 90, true],
  ]);
});

test('a phase that nobody ended has lasted until the end of the job', () => {
  expect(spans({ state: 'FAILED', reason: 'CANCELLED', ended: '2026-11-26T06:00:40Z' })).toEqual([
    ['boot', 10, false],
    ['app', 30, false],
  ]);
});
