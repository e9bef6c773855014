import { costUntil } from '../../contract/cost';
import type { Status } from '../../contract/status';

const RUNNING: Status = {
  job_id: 'may',
  state: 'RUNNING',
  message: '',
  attempt: 1,
  phases: [
    { name: 'boot', start: '2026-11-26T06:00:00Z', seconds: 20 },
    { name: 'run', start: '2026-11-26T06:00:20Z', seconds: null },
  ],
  cost_estimate_usd: 0.0056,
  updated: '2026-11-26T06:02:00Z',
};
const at = (time: string) => Date.parse(`2026-11-26T${time}Z`);

test('a run that goes on costs by the time since its launch, to a millionth of a dollar', () => {
  expect(costUntil(RUNNING, at('06:04:00'))).toBe(0.0112);
  expect(costUntil(RUNNING, at('06:02:01'))).toBe(0.005647);
});

test('a minute is the least that EC2 bills', () => {
  const young = { ...RUNNING, updated: '2026-11-26T06:00:10Z', cost_estimate_usd: 0.003 };
  expect(costUntil(young, at('06:00:30'))).toBe(0.003);
  expect(costUntil(young, at('06:02:00'))).toBe(0.006);
});

test('an estimate stays as it is where the times are missing, and is null where there is none', () => {
  for (const unknown of [{ phases: [] }, { phases: null }, { updated: null }, { updated: 'soon' }]) {
    expect(costUntil({ ...RUNNING, ...unknown }, at('06:04:00'))).toBe(0.0056);
  }
  for (const none of [null, undefined]) {
    expect(costUntil({ ...RUNNING, cost_estimate_usd: none }, at('06:04:00'))).toBeNull();
  }
});
