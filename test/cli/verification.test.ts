import { phaseTable } from '../../cli/shared/job-progress';
import { formatVerification } from '../../cli/verify/verification';
import type { Status } from '../../contract/status';

const start = '2026-05-01T12:00:00Z';
const names = ['boot', 'claim', 'source', 'input', 'environment', 'app', 'output'];
const phases = names.map((name, at) => ({ name, start, seconds: name === 'app' ? null : at + 0.25 }));
const status = { state: 'FAILED', message: 'it failed', phases } as unknown as Status;

test('verify prints the phases of the status, each once, as every other command does', () => {
  const verification = { ok: false, target: 'the stack', job_id: 'a', runs_example: true, outputs: null, checks: [] };
  const lines = formatVerification({ ...verification, seconds_to_app: 1, status }).split('\n');
  const printed = lines.filter((line) => names.some((name) => line.startsWith(`${name} `)));
  expect(printed).toEqual(phaseTable(status).slice(1));
  expect(printed.map((line) => line.split(/ +/))).toEqual(
    phases.map(({ name, seconds }) => [name, '12:00:00', seconds?.toFixed(2) ?? '-']),
  );
});
