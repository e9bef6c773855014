import { contextOf } from '../../cli/doctor/context';
import { runChecks } from '../../cli/doctor/run-checks';
import { timeLimitMs } from '../../cli/doctor/time-limit';

test('what never answers is not known, and the other checks are', async () => {
  const checks = [
    { name: 'quota', look: () => new Promise<never>(() => {}) },
    { name: 'account', look: async () => ({ state: 'ok' as const, found: 'all is well', fix: null }) },
  ];
  expect(await runChecks(checks, contextOf({}), 1)).toMatchObject([
    { name: 'quota', state: 'unknown', found: 'no answer within 0.001 seconds' },
    { name: 'account', state: 'ok', found: 'all is well' },
  ]);
});

const limit = (LAMBDA_EC2_DOCTOR_SECONDS?: string) => timeLimitMs({ LAMBDA_EC2_DOCTOR_SECONDS });

test.each([
  [undefined, 4000],
  ['', 4000],
  ['30', 30_000],
  // Node.js takes a longer one for none.
  ['999999999', 2 ** 31 - 1],
])('LAMBDA_EC2_DOCTOR_SECONDS=%s gives each look %d ms', (text, milliseconds) => {
  expect(limit(text)).toBe(milliseconds);
});

test.each(['abc', '0', '-5', '0.3', '1e9', '9999999999'])('LAMBDA_EC2_DOCTOR_SECONDS=%s is refused', (text) => {
  expect(() => limit(text)).toThrow(`LAMBDA_EC2_DOCTOR_SECONDS ${text}: give a whole number from 1 on`);
});
