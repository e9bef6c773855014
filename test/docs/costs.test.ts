import { type Cost, costsAtRest, costsOfJob } from '../../build/costs';
import { PRICES_KNOWN } from '../../contract/prices';
import { rawTemplate } from '../infra/synth';
import { page, tableOf } from './pages';

const operating = page('docs/operating.md');
const sum = (costs: Cost[]) => costs.reduce((total, { usd }) => total + usd, 0);

test('the table of costs at rest is what the synthesized template costs', () => {
  const costs = costsAtRest(rawTemplate());
  const rows = costs.map(({ what, assumption, usd }) => [what, assumption, usd.toFixed(2)]);
  expect(tableOf(operating, 'at rest | assumption')).toEqual([
    ...rows,
    ['**in all**', 'metrics and logs of jobs not counted', `**${sum(costs).toFixed(2)}**`],
  ]);
});

test('the README and the comparison with other services say the same sum', () => {
  const usd = sum(costsAtRest(rawTemplate())).toFixed(2);
  expect(page('README.md')).toContain(`${usd} USD a month`);
  const [own] = tableOf(page('docs/when-to-use-something-else.md'), '| longest job');
  expect(own?.at(-1)).toBe(usd);
});

test('a stack of default settings costs at most 1.50 a month at rest', () => {
  expect(sum(costsAtRest(rawTemplate()))).toBeLessThanOrEqual(1.5);
});

test('the table of what settings add is the difference that each makes to the template', () => {
  const rest = sum(costsAtRest(rawTemplate()));
  const added = [{ dashboard: true }, { quiet_days: 30 }, { keep_images: 4 }].map((settings) => [
    `\`${JSON.stringify(settings).replace(/[{}"]/g, '').replace(':', ': ')}\``,
    (sum(costsAtRest(rawTemplate(settings))) - rest).toFixed(2),
  ]);
  expect(tableOf(operating, 'a setting | what it brings').map(([name, , usd]) => [name, usd])).toEqual(added);
});

test('the table of what a job costs is computed from the same prices', () => {
  const [short, long] = [costsOfJob(1 / 6), costsOfJob(1)];
  const rows = long.map(({ what, assumption, usd }, at) => [
    what,
    assumption,
    (short[at]?.usd ?? 0).toFixed(4),
    usd.toFixed(4),
  ]);
  expect(tableOf(operating, 'a job | price')).toEqual([
    ...rows,
    ['**in all**', '', `**${sum(short).toFixed(4)}**`, `**${sum(long).toFixed(4)}**`],
  ]);
});

test('the date of the prices is said', () => {
  expect(operating).toContain(`as known in ${PRICES_KNOWN}`);
});
