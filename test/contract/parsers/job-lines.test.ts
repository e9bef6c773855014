import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { formatJobLine, type JobRun, parseJobLine } from '../../../contract/job-line';
import { parseInputKey } from '../../../contract/keys';
import { inLastResort, LIB } from '../runner';
import { askRunner, cases, expectAlike } from './both-sides';
import { hostile } from './hostile';

// The launcher writes a job line for a key that it takes; the runner, and where that cannot start a few lines of shell,
// read it.

/** Each takes some ten processes. */
const SHELL_CASES = 100;

const keys = hostile([
  ...['app_runner/input/may.zip', 'app_runner/input/2026/may.zip', 'app_runner/input/template=7/a/may.zip'],
  ...["app_runner/input/a b+ü(1)!*'.zip", 'app_runner/input/日本/🚀.zip', `app_runner/input/${'x'.repeat(977)}.zip`],
  ...[
    'app_runner/input/template=0/may.zip',
    'app_runner/input/template=1234567890/may.zip',
    'app_runner/input/a/../b.zip',
  ],
  ...[
    'app_runner/input/.zip',
    'app_runner/input/a/.zip',
    'app_runner/output/may.zip',
    'app_runner/input/$(touch canary).zip',
  ],
]);
/** Without half a surrogate pair, which no key of S3's has. */
const isUnicode = (text: string) => Buffer.from(text).toString() === text;
const run: fc.Arbitrary<JobRun> = fc.record({
  bucket: fc.constantFrom('my-bucket', 'a.b', 'x'.repeat(63)),
  key: keys.filter((key) => key !== '' && isUnicode(key)),
  versionId: hostile(['', 'v1', 'null', 'a/+=b']).filter(isUnicode),
  sequencer: fc.constantFrom('', '0055AE', '0055ae00ff'),
  attempt: fc.integer({ min: 1, max: 9999 }),
});
const written = run.map(formatJobLine);
const lines = fc.oneof(
  written,
  hostile([
    ...[
      'lambda-ec2-job: s3://my-bucket/app_runner/input/may.zip\n',
      'lambda-ec2-job: s3://my-bucket/app_runner/input/%C3%BC.zip',
    ],
    ...['lambda-ec2-job: s3://b-1/app_runner/input/template%3D7/may.zip?versionId=v%2F1&sequencer=00&attempt=2\n'],
    ...[
      'lambda-ec2-job: s3://b-1/app_runner/input/a.zip?attempt=10000',
      'lambda-ec2-job: s3://b-1/app_runner/input/a.zip?attempt=2&versionId=',
    ],
    ...['#!/bin/sh\ntouch canary\n', 'lambda-ec2-job: s3://b-1/app_runner/input/%ED%A0%80.zip', '#include http://h/x'],
  ]),
  fc
    .tuple(written, fc.nat(200), fc.constantFrom('%', '%0a', '?', '&', '#', '\n', ' ', 'attempt=0', 'x', '%FF'))
    .map(([line, at, part]) => line.slice(0, at) + part + line.slice(at)),
);

/** What the functions take a line for; null when they would not have written it. */
function ours(line: string) {
  const read = parseJobLine(line);
  const parsed = read && parseInputKey(read.key);
  if (!parsed?.ok) return null;
  return [read?.bucket, read?.key, parsed.job.jobId, read?.versionId, read?.sequencer, read?.attempt];
}

test('a job line is read alike, or by neither side', () => {
  const given = cases(lines);
  const said = 'None if job_line.parse(case) is None else list(vars(job_line.parse(case)).values())';
  const theirs = askRunner('from runner import job_line', said, given);
  const mine = given.map(ours);
  expectAlike(given, mine, theirs);
  expect(mine.filter((one) => one !== null).length).toBeGreaterThan(given.length / 10);
  expect(mine.filter((one) => one === null).length).toBeGreaterThan(given.length / 10);
});

test('a key is taken for the same job, or by neither side', () => {
  const given = cases(run);
  const line = (one: JobRun) => formatJobLine(one);
  const theirs = askRunner(
    'from runner import job_line',
    `getattr(job_line.parse(case), 'job_id', None)`,
    given.map(line),
  );
  const mine = given.map(({ key }) => {
    const parsed = parseInputKey(key);
    return parsed.ok ? parsed.job.jobId : null;
  });
  expectAlike(given, mine, theirs);
});

test('the shell of the last record reads what the functions read, and runs nothing of it', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-lines-'));
  try {
    const given = cases(lines)
      .filter((line) => !line.includes('\0'))
      .slice(0, SHELL_CASES);
    const theirs = inShell(root, given);
    const mine = given.map(ours);
    // What the functions would never write, it may make a record for.
    expectAlike(
      given,
      mine,
      theirs.map((one, index) => mine[index] && one),
    );
    expect(readdirSync(path.join(root, 'run/lambda-ec2'))).toEqual(['job-line']);
  } finally {
    rmSync(root, { recursive: true });
  }
});

/** What the last record would say of each line, where it would be made. */
function inShell(root: string, given: string[]): (unknown[] | null)[] {
  const state = path.join(root, 'run/lambda-ec2');
  const lib = path.join(root, 'usr/lib/lambda-ec2');
  for (const dir of [state, path.dirname(lib), path.join(root, 'lines')]) mkdirSync(dir, { recursive: true });
  symlinkSync(LIB, lib);
  given.forEach((line, index) => {
    writeFileSync(path.join(root, 'lines', String(index)), line);
  });
  const script = `cd "$1" && instance_id=i-1
for ((index = 0; index < $2; index++)); do
  cat "../../lines/$index" >job-line
  if read_job_line; then printf '%s ' "\${bucket}"; write_status | tr '\\n' ' '; fi
  echo
done`;
  const printed = inLastResort(script, [state, String(given.length)], lib)
    .split('\n')
    .slice(0, -1);
  return printed.map((text) => {
    if (text === '') return null;
    const at = text.indexOf(' ');
    const { job_id, input_key, input_version, input_sequencer, attempt } = JSON.parse(text.slice(at));
    return [text.slice(0, at), input_key, job_id, input_version ?? '', input_sequencer ?? '', attempt];
  });
}
