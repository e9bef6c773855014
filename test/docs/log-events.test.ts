import { LOG_EVENTS } from '../../lambda/shared/log-events';
import { PAGES, page } from './pages';

const EVENT = /\b[a-z]+(?:_[a-z]+)*\.[a-z_]*(?:ed|kept|ing|unknown|unreadable)\b/g;

test('the pattern finds every event', () => {
  expect(Object.keys(LOG_EVENTS).filter((event) => event.match(EVENT)?.[0] !== event)).toEqual([]);
});

test.each(PAGES)('every event in a code span of %s is one that a function logs', (file) => {
  const spans = [...page(file).matchAll(/`[^`\n]+`/g)].join('\n');
  expect((spans.match(EVENT) ?? []).filter((event) => !(event in LOG_EVENTS))).toEqual([]);
});
