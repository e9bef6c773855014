import type { Bakes, FailedBake } from '../../../lambda/publish/bakes';
import { tellFailedBake, tellMissedFailures } from '../../../lambda/publish/failed-bakes';
import { IMAGES } from './fixture';

const BUILD = `${IMAGES}1.0.1/1`;
const NOW = Date.parse('2026-11-26T12:00:00Z');
const TWO_DAYS = 172_800_000;

/** Bakes that all failed like this, with what was asked of them and told. */
function failedBakes(failure: Partial<FailedBake>, more: Partial<Bakes> = {}) {
  const asked: string[] = [];
  const notices: { subject: string; text: string }[] = [];
  const bakes = {
    failure: async (buildArn: string) => {
      asked.push(`failure ${buildArn}`);
      return { status: 'FAILED', reason: '', told: false, ...failure };
    },
    markTold: async (buildArn: string) => void asked.push(`markTold ${buildArn}`),
    start: async () => void asked.push('start'),
    ...more,
  } as Partial<Bakes> as Bakes;
  const notify = async (subject: string, text: string) => void notices.push({ subject, text });
  return { asked, notices, deps: { bakes, env: { stackName: 'jobs', subnetIds: ['subnet-1'] }, notify } };
}

test.each([
  ['', '. Jobs go on'],
  [' \n no package popler \n', ': no package popler. Jobs go on'],
  ['step 1.2 failed...', ': step 1.2 failed. Jobs go on'],
])('the message has the reason %j as one part of its sentence', async (reason, expected) => {
  const { deps, asked, notices } = failedBakes({ reason });
  await tellFailedBake(deps, BUILD);
  expect(notices).toEqual([
    {
      subject: 'jobs: a bake ended as FAILED',
      text: expect.stringContaining(`The bake ${BUILD} of jobs ended as FAILED${expected}`),
    },
  ]);
  expect(asked).toEqual([`failure ${BUILD}`, `markTold ${BUILD}`]);
});

test('a bake that found no room in the last subnet is told as one that failed, and is not started again', async () => {
  const reason = 'InsufficientInstanceCapacity';
  const { deps, asked, notices } = failedBakes({ reason }, { moveToNextSubnet: async () => undefined });
  await tellFailedBake(deps, BUILD);
  expect(notices[0]?.text).toContain(`ended as FAILED: ${reason}. Jobs go on`);
  expect(asked).not.toContain('start');
});

test('a failure that people know of is not told again', async () => {
  const { deps, asked, notices } = failedBakes({ told: true });
  await tellFailedBake(deps, BUILD);
  expect([asked, notices]).toEqual([[`failure ${BUILD}`], []]);
});

test('of the bakes of the last two days, only those that failed or were cancelled are looked at', async () => {
  const bakes = [
    { buildArn: 'failed', status: 'FAILED', created: NOW - TWO_DAYS + 1 },
    { buildArn: 'cancelled', status: 'CANCELLED', created: NOW },
    { buildArn: 'good', status: 'AVAILABLE', created: NOW },
    { buildArn: 'running', status: 'BUILDING', created: NOW },
    { buildArn: 'old', status: 'FAILED', created: NOW - TWO_DAYS },
    { buildArn: 'of unknown age', status: 'FAILED', created: 0 },
  ];
  const { deps, asked } = failedBakes({}, { list: async () => bakes });
  await tellMissedFailures(deps, NOW);
  expect(asked).toEqual(['failure failed', 'markTold failed', 'failure cancelled', 'markTold cancelled']);
});
