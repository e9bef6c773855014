import { costBound, describeCostBound } from '../../contract/cost-bound';
import { deadlines } from '../../lambda/guard/deadline';

const SETTINGS = { ec2_timeout: '1h', price_per_hour: 0.1008, volume_size_gib: 16, attempts: 2, max_running: 0 };

test('a start of a job is bounded by the time at which the guard has ended its instance', () => {
  const launchTime = new Date(0);
  const { end } = deadlines({ launchTime, tags: { ec2_timeout: '1h' } });
  // The guard looks every five minutes.
  expect(costBound(SETTINGS).attemptHours).toBeCloseTo((end / 1000 + 300) / 3600, 9);
});

test('a job is bounded by all its starts, with volume and address', () => {
  const { usd, attemptHours } = costBound(SETTINGS);
  const hour = 0.1008 + (16 * 0.08) / 730 + 0.005;
  expect(usd?.hour).toBeCloseTo(hour, 9);
  expect(usd?.job).toBeCloseTo(2 * attemptHours * hour, 9);
});

test('the sentence says it in dollars, in a month too when max_running bounds it, and in hours without a price', () => {
  expect(describeCostBound(SETTINGS)).toBe(
    'A job costs at most $0.3155: 2 instances one after the other of at most 1.47 hours each at $0.1076 an hour. Nothing bounds how many jobs run: see max_running.',
  );
  expect(describeCostBound({ ...SETTINGS, attempts: 1, max_running: 3 })).toBe(
    'A job costs at most $0.1578: 1 instance of at most 1.47 hours at $0.1076 an hour. All jobs together cost at most $0.3227 an hour and $235.55 a month (max_running 3).',
  );
  expect(describeCostBound({ ...SETTINGS, price_per_hour: 0, max_running: 3 })).toBe(
    'A job takes at most 2 instances one after the other of at most 1.47 hours each; all jobs together at most 3 instances at once. With price_per_hour this is in US dollars.',
  );
});

test('what one more setting says is in the sentence, and no more', () => {
  expect(describeCostBound({ ...SETTINGS, price_per_hour: 0 })).toBe(
    'A job takes at most 2 instances one after the other of at most 1.47 hours each. With price_per_hour this is in US dollars.',
  );
  // From a dollar on to the cent.
  const hour = (price_per_hour: number) =>
    / at (\$[0-9.]+) an hour/.exec(describeCostBound({ ...SETTINGS, volume_size_gib: 0, price_per_hour }))?.[1];
  expect([hour(0.995), hour(0.9949), hour(1), hour(0.99490001)]).toEqual(['$1.00', '$0.9999', '$1.01', '$1.0000']);
});
