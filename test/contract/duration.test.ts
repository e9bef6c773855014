import { durationSeconds, parseDuration } from '../../contract/duration';

test.each([
  ['60s', 60],
  ['15m', 900],
  ['8h', 28_800],
  ['13d', 1_123_200],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '60', '1.5h', '-1s', '0s', ' 1s', '1h30m', '1H', '1e3s', '99999999s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
  expect(() => durationSeconds(text)).toThrow(/such as 60s, 15m, 8h/);
});
