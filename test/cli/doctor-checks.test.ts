import { contextOf } from '../../cli/doctor/context';
import { runChecks } from '../../cli/doctor/run-checks';

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
