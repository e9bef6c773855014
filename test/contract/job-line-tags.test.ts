import fc from 'fast-check';
import { formatJobLine } from '../../contract/job-line';
import { jobLineTags, parseJobLineTags } from '../../contract/job-line-tags';
import { LAUNCH_TAGS, tagProblems } from '../../contract/tags';
import { launchRequest } from '../../lambda/launch/request';

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

test.each(['\u{1F600}', ' ', '"', '\\', '%'])(
  'the longest key of %j leaves settings the room that they are promised',
  (c) => {
    const longest = {
      ...job,
      bucket: 'b'.repeat(63),
      key: `app_runner/input/${c.repeat(1003 / Buffer.byteLength(c))}.zip`,
      versionId: 'v'.repeat(100),
      sequencer: 'F'.repeat(40),
    };
    const tags = jobLineTags(longest);
    expect(parseJobLineTags(tags)).toEqual(longest);
    expect(tagProblems(tags)).toEqual([]);
    expect(Object.values(tags).join('')).toMatch(/^[\w-]+$/);
    const order = { job: longest, jobId: 'x', candidate: { subnetId: 's' }, tokenNumber: 0 };
    const { TagSpecifications: [instance] = [] } = launchRequest({ stackName: 's', templateId: 't' } as never, order);
    const added = instance?.Tags?.filter(({ Key }) => Key !== 'lambda-ec2:stack') ?? [];
    expect(added.length).toBeLessThanOrEqual(LAUNCH_TAGS);
  },
);

test('the job of an instance is known that an earlier version has started', () => {
  const key = 'app_runner/input/ünï.zip';
  const old = Buffer.from(formatJobLine({ ...job, key })).toString('base64url');
  expect(parseJobLineTags({ 'lambda-ec2:job-line.0': old })).toEqual({ ...job, key });
});

test('tags of which the last is missing describe no run', () => {
  const tags = jobLineTags({ ...job, key: `app_runner/input/${'x'.repeat(500)}.zip` });
  const last = Object.keys(tags).at(-1) as string;
  expect(parseJobLineTags(Object.fromEntries(Object.entries(tags).filter(([name]) => name !== last)))).toBeUndefined();
});

test('tags without a whole job line describe no run', () => {
  const tags = jobLineTags({ ...job, key: `app_runner/input/${'x'.repeat(500)}.zip` });
  const { 'lambda-ec2:job-line.0': _first, ...rest } = tags;
  expect(parseJobLineTags(rest)).toBeUndefined();
  expect(parseJobLineTags({})).toBeUndefined();
  expect(parseJobLineTags({ 'lambda-ec2:job-line.0': 'broken' })).toBeUndefined();
});

test.each([
  ['no bucket', '\nv\ns\n1\nk\n'],
  ['no key', 'jobs\nv\ns\n1\n\n'],
  ['no attempt', 'jobs\nv\ns\n\nk\n'],
  ['an attempt in words', 'jobs\nv\ns\none\nk\n'],
  ['no end', 'jobs\nv\ns\n1\nk'],
  ['an end within a line', 'jobs\nv\ns\n1\nk\nl'],
  ['a line too few', 'jobs\nv\n1\nk\n'],
  ['a line before it', 'x\njobs\nv\ns\n1\nk\n'],
])('a job line in tags with %s describes no run', (_what, text) => {
  expect(parseJobLineTags({ 'lambda-ec2:job-line.0': Buffer.from(text).toString('base64url') })).toBeUndefined();
});

test('a run without version and sequencer is one too', () => {
  const bare = { ...job, versionId: '', sequencer: '', attempt: 12, key: 'a\nb\n' };
  expect(parseJobLineTags(jobLineTags(bare))).toEqual(bare);
});
