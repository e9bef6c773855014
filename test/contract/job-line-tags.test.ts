import fc from 'fast-check';
import { jobLineTags, parseJobLineTags } from '../../contract/job-line-tags';
import { tagProblems } from '../../contract/tags';

const job = { bucket: 'jobs', key: 'app_runner/input/may.zip', versionId: 'v1', sequencer: '0A', attempt: 1 };

test('every run is read back from the tags it was written to', () => {
  const runs = fc.record({
    bucket: fc.constant('jobs'),
    key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).filter((key) => Buffer.byteLength(key) <= 1024),
    versionId: fc.string({ maxLength: 100 }),
    sequencer: fc.stringMatching(/^[0-9A-F]{0,40}$/),
    attempt: fc.integer({ min: 1, max: 99 }),
  });
  fc.assert(fc.property(runs, (run) => expect(parseJobLineTags(jobLineTags(run))).toEqual(run)));
});

test('the longest key makes tags that EC2 takes beside the others', () => {
  const tags = jobLineTags({
    ...job,
    key: `app_runner/input/${'\u{1F600}'.repeat(250)}.zip`,
    versionId: 'v'.repeat(100),
  });
  expect(Object.keys(tags).length).toBeLessThanOrEqual(20);
  expect(tagProblems(tags)).toEqual([]);
  expect(Object.values(tags).join('')).toMatch(/^[\w-]+$/);
});

test('tags without a whole job line describe no run', () => {
  const tags = jobLineTags({ ...job, key: `app_runner/input/${'x'.repeat(500)}.zip` });
  const { 'lambda-ec2:job-line.0': _first, ...rest } = tags;
  expect(parseJobLineTags(rest)).toBeUndefined();
  expect(parseJobLineTags({})).toBeUndefined();
  expect(parseJobLineTags({ 'lambda-ec2:job-line.0': 'broken' })).toBeUndefined();
});
