import type { Bakes } from '../../../lambda/publish/bakes';
import { cancelRunningBakes } from '../../../lambda/publish/cancel-running-bakes';
import { seenLogger } from '../seen-logger';

const bake = (status: string) => ({ buildArn: `arn:${status}`, status, created: 0 });

/** Cancels bakes that are listed like this, round by round, the last again and again; `cancel` may refuse. */
async function cancelAll(rounds: string[][], cancel: (buildArn: string) => void = () => undefined) {
  const { logger, events } = seenLogger();
  const asked: string[] = [];
  const pauses: number[] = [];
  const bakes = {
    list: async () => ((rounds.length > 1 ? rounds.shift() : rounds[0]) ?? []).map(bake),
    cancel: async (buildArn: string) => {
      asked.push(buildArn);
      cancel(buildArn);
    },
  } as Partial<Bakes> as Bakes;
  await cancelRunningBakes({ bakes, logger, pause: async (milliseconds) => void pauses.push(milliseconds) });
  return { asked, pauses, events };
}

test('where no bake is under way nothing is asked, waited for or logged', async () => {
  const over = ['AVAILABLE', 'DEPRECATED', 'DELETED', 'DISABLED', 'FAILED', 'CANCELLED'];
  expect(await cancelAll([over])).toEqual({ asked: [], pauses: [], events: [] });
});

test('each bake under way is cancelled once, and its end waited for', async () => {
  const { asked, pauses, events } = await cancelAll([['BUILDING', 'TESTING'], ['BUILDING'], []]);
  expect(asked).toEqual(['arn:BUILDING', 'arn:TESTING']);
  expect(pauses).toEqual([4_000, 4_000]);
  expect(events).toEqual([
    ['info bake.cancelled', { buildArn: 'arn:BUILDING', status: 'BUILDING' }],
    ['info bake.cancelled', { buildArn: 'arn:TESTING', status: 'TESTING' }],
  ]);
});

test('a bake that is being cancelled already is only waited for', async () => {
  expect(await cancelAll([['CANCELLING'], []])).toEqual({ asked: [], pauses: [4_000], events: [] });
});

test('a bake that could not be cancelled is tried again, and the others are cancelled', async () => {
  let refusals = 1;
  const { asked, events } = await cancelAll([['BUILDING', 'TESTING'], ['BUILDING'], []], (buildArn) => {
    if (buildArn === 'arn:BUILDING' && refusals-- > 0) throw new Error('not now');
  });
  expect(asked).toEqual(['arn:BUILDING', 'arn:TESTING', 'arn:BUILDING']);
  expect(events.map(([event]) => event)).toEqual([
    'warn bake.cancel_failed',
    'info bake.cancelled',
    'info bake.cancelled',
  ]);
  expect(events[0]?.[1]).toMatchObject({ buildArn: 'arn:BUILDING', error: { message: 'not now' } });
});

test('bakes that do not end are left after twenty rounds, with a warning that names those that were cancelled', async () => {
  const { pauses, events } = await cancelAll([['BUILDING', 'CANCELLING']]);
  expect(pauses).toEqual(Array(20).fill(4_000));
  expect(events.at(-1)).toEqual(['warn bake.still_running', { cancelled: ['arn:BUILDING'] }]);
});
