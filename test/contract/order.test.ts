import fc from 'fast-check';
import { compareRuns, compareSequencers, isSequencer } from '../../contract/order';

test('sequencers compare as hexadecimal text, the shorter padded on the right', () => {
  expect(compareSequencers('0055AED6DCD9028', '0055AED6DCD90281E5')).toBeLessThan(0);
  expect(compareSequencers('00', '0000')).toBe(0);
  expect(compareSequencers('0a', '0B')).toBeLessThan(0);
  expect(compareSequencers('', '0001')).toBeLessThan(0);
});

test('the upload counts before the attempt', () => {
  expect(compareRuns({ sequencer: '02', attempt: 1 }, { sequencer: '01', attempt: 5 })).toBeGreaterThan(0);
  expect(compareRuns({ sequencer: '02', attempt: 1 }, { sequencer: '02', attempt: 2 })).toBeLessThan(0);
  expect(compareRuns({ sequencer: '02', attempt: 1 }, { sequencer: '0200', attempt: 1 })).toBe(0);
});

test('runs have one order', () => {
  const run = fc.record({ sequencer: fc.stringMatching(/^[0-9A-F]{0,6}$/), attempt: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(run, run, run, (a, b, c) => {
      expect(Math.sign(compareRuns(a, b)) + Math.sign(compareRuns(b, a))).toBe(0);
      if (compareRuns(a, b) <= 0 && compareRuns(b, c) <= 0) expect(compareRuns(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test('a sequencer is hexadecimal text of at most 64 digits, or nothing', () => {
  for (const text of ['', '0', '0055AED6DCD90281E5', 'ffAA', 'F'.repeat(64)]) expect(isSequencer(text)).toBe(true);
  for (const text of ['zz', '0x00', ' 00', '00 ', '00\n', 'F'.repeat(65)]) expect(isSequencer(text)).toBe(false);
});

test('of two sequencers the first that is smaller is the older upload, whatever the case of its letters', () => {
  expect(compareSequencers('0a', '0B')).toBe(-1);
  expect(compareSequencers('0B', '0a')).toBe(1);
  expect(compareSequencers('0b', '0B')).toBe(0);
  expect(compareSequencers('0B00', '0b')).toBe(0);
  expect(compareSequencers('0B', '0b00')).toBe(0);
});
