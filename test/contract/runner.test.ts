import fc from 'fast-check';
import { sharedFiles } from '../../contract/app-files';
import { APP_SETTING_NAMES, appSetting } from '../../contract/app-settings';
import { parseDuration } from '../../contract/duration';
import { formatJobLine, JOB_LINE_PREFIX } from '../../contract/job-line';
import { INPUT_PREFIX, inputKey, OUTPUT_PREFIX, outputKeys } from '../../contract/keys';
import { compareStatus, statusSchema, USAGE_NAMES } from '../../contract/status';
import { inLastResort, inRunner } from './runner';

// The runner is Python and cannot import contract/: that its copy says the same is proven here.

test('the last layers, which must work without the runner, know the same names', () => {
  const keys = outputKeys('');
  const suffix = (key: string) => key.slice(OUTPUT_PREFIX.length);
  const names = [
    'JOB_LINE_PREFIX',
    'INPUT_PREFIX',
    'OUTPUT_PREFIX',
    'OUTPUT_SUFFIX',
    'EC2_LOG_SUFFIX',
    'STATUS_SUFFIX',
  ];
  const printed = inLastResort(`for name in ${names.join(' ')}; do printf '%s\\n' "\${!name}"; done`);
  expect(printed.split('\n').slice(0, -1)).toEqual([
    // Any location makes an instance a job's, so that one with a line that is not well-formed is ended too.
    JOB_LINE_PREFIX.replace(/s3:\/\/$/, ''),
    INPUT_PREFIX,
    OUTPUT_PREFIX,
    suffix(keys.output),
    suffix(keys.ec2Log),
    suffix(keys.status),
  ]);
});

/** Runs of all kinds, as the launcher may write them. */
function someRuns() {
  const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  const jobIds = fc
    .sample(fc.array(segment, { minLength: 1, maxLength: 3 }), { numRuns: 40, seed: 7 })
    .map((parts) => parts.join('/'));
  const odd = ['a b+c', "it's", '"q"', '$(touch x)', '`x`', '%41', '\\x41\\n', 'ünï/日本/🚀', '!*()~', "-n'"];
  return (
    [...odd, ...jobIds]
      // What the launcher refuses never becomes a job line.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
      .filter((id) => !/[\u0000-\u001f\u007f]/.test(id))
      .map((id, index) => ({
        bucket: 'my-bucket',
        key: index % 2 ? inputKey(id, '7') : inputKey(id),
        versionId: index % 3 ? `v/+=${index}` : '',
        sequencer: index % 5 ? '0055AE' : '',
        attempt: (index % 4) + 1,
        id,
      }))
  );
}

test('the runner reads every job line as the launcher meant it', () => {
  const runs = someRuns();
  const script = `from runner import job_line
said = [list(vars(job_line.parse(line)).values()) for line in given]`;
  const expected = runs.map((run) => [run.bucket, run.key, run.id, run.versionId, run.sequencer, run.attempt]);
  expect(inRunner(script, runs.map(formatJobLine))).toEqual(expected);
});

test('a job line that is not well-formed is refused by the runner', () => {
  const lines = [
    'lambda-ec2-job: s3://B/app_runner/input/x.zip',
    'lambda-ec2-job: s3://bucket/elsewhere/x.zip',
    'lambda-ec2-job: s3://bucket/app_runner/input/.zip',
    'lambda-ec2-job: s3://bucket/app_runner/input/x.zip?attempt=0',
    'lambda-ec2-job: s3://bucket/app_runner/input/x.zip?attempt=$(id)',
    'lambda-ec2-job: s3://bucket/app_runner/input/a b.zip',
    'lambda-ec2-job: https://bucket/app_runner/input/x.zip',
  ];
  const script = `from runner import job_line
said = [line for line in given if job_line.parse(line) is not None]`;
  expect(inRunner(script, lines)).toEqual([]);
});

test('durations mean the same on both sides', () => {
  const texts = ['60s', '15m', '8h', '2d', '1s', '9999999s', '0s', '01m', '1', 's', '1.5h', '1w', '-1s', '1h30m', ''];
  const script = `from runner import clock
said = [clock.duration(text) for text in given]`;
  expect(inRunner(script, texts)).toEqual(texts.map((text) => parseDuration(text) ?? null));
});

test('of two runs of one job both sides take the same for the newer', () => {
  const sequencers = ['', '0', '0055AE', '0055ae00', '0055AF', '1', '00'];
  const runs = sequencers.flatMap((sequencer) => [1, 2].map((attempt) => ({ sequencer, attempt })));
  const statuses = runs.flatMap(({ sequencer: input_sequencer, attempt }) => [
    { state: 'RUNNING', input_sequencer, attempt } as const,
    { state: 'FAILED', reason: 'CANCELLED', input_sequencer, attempt } as const,
  ]);
  // Two uploads without any sequencer are ordered by nothing but their times, which only the runner knows.
  const pairs = statuses
    .flatMap((stored) => runs.map((ours) => [stored, ours] as const))
    .filter(([a, b]) => a.input_sequencer || b.sequencer);
  const script = `from runner.aws import Answer
from runner.stored import order_of, Stored
from runner.job_line import JobRun
def order(stored, ours):
    whole = {'job_id': 'id', 'message': '', **stored, 'input_sequencer': stored['input_sequencer'] or None}
    body = json.dumps(whole).encode()
    job = JobRun('b', 'k', 'id', '', ours['sequencer'], ours['attempt'])
    return order_of(Stored(Answer(200, {'etag': 'e'}, body)), job)
said = [order(stored, ours) for stored, ours in given]`;
  const name = (sign: number) => (sign < 0 ? 'older' : sign > 0 ? 'newer' : 'same');
  expect(inRunner(script, pairs)).toEqual(
    pairs.map(([stored, ours]) =>
      name(Math.sign(compareStatus({ job_id: 'id', message: '', exit_code: null, ...stored }, ours))),
    ),
  );
});

test('the runner writes every field that the status has and no other, and a status it is', () => {
  const script = `from runner.memory import Facts, Phase
from runner.status import compose
fields = dict(job_id='a', input_bytes=9, attempt=1, message='m', started='t', reason='LOST', exit_code=3)
said = json.loads(compose(Facts(fields, ['a==1'], [Phase('claim', 't', 0.1)]), 'FAILED'))`;
  const written = inRunner<Record<string, unknown>>(script, null);
  expect(statusSchema.parse(written)).toEqual(written);
  expect(Object.keys(written).sort()).toEqual(Object.keys(statusSchema.def.shape).sort());
  expect(Object.keys(written.usage as object)).toEqual(USAGE_NAMES);
});

test('settings that name one file twice are found alike on both sides', () => {
  const names = APP_SETTING_NAMES.filter((name) => ['path', 'main'].includes(appSetting(name).kind));
  const all = names.flatMap((first) =>
    names.map((second) => ({ ...Object.fromEntries(names.map((name) => [name, name])), [first]: second })),
  );
  const script = `from runner import settings
def pairs(files):
    try:
        settings.check({**settings.with_defaults({'app_url': 'https://h/a'}), **files})
    except Exception as failure:
        return failure.message
    return ''
said = [pairs(files) for files in given]`;
  const ours = all.map((files) =>
    sharedFiles(files).map(({ name, other }) => `${name} and ${other} are the same file`),
  );
  expect(ours.filter((shared) => shared.length === 1)).toHaveLength(all.length - names.length);
  const theirs = inRunner<string[]>(script, all);
  expect(theirs.map((message) => message.match(/\w+ and \w+ are the same file/g) ?? [])).toEqual(ours);
});
