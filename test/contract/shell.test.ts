import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { GRACE_SECONDS, MAX_TIMEOUT_SECONDS } from '../../contract/app-rules';
import { parseDuration } from '../../contract/duration';
import { formatJobLine, JOB_LINE_PREFIX } from '../../contract/job-line';
import { INPUT_PREFIX, inputKey, OUTPUT_PREFIX, outputKeys } from '../../contract/keys';
import { REASONS } from '../../contract/status';
import { APP_SETTING_DEFAULTS, APP_SETTING_NAMES } from '../../contract/tags';
import { inRunnerShell } from './shell';

// The runner is Bash and cannot import contract/: that its copy says the same is proven here.

const ROOTFS = path.join(__dirname, '../../runner-script/rootfs');

test('keys, prefixes and limits are the same on both sides', () => {
  const names = [
    'JOB_LINE_PREFIX',
    'INPUT_PREFIX',
    'OUTPUT_PREFIX',
    'OUTPUT_SUFFIX',
    'EC2_LOG_SUFFIX',
    'APP_LOG_SUFFIX',
    'STATUS_SUFFIX',
    'GRACE_SECONDS',
    'MAX_TIMEOUT_SECONDS',
  ];
  const printed = inRunnerShell(['contract'], `for name in ${names.join(' ')}; do printf '%s\\n' "\${!name}"; done`);
  const keys = outputKeys('');
  const suffix = (key: string) => key.slice(OUTPUT_PREFIX.length);
  expect(printed.split('\n').slice(0, -1)).toEqual([
    // The shell takes any location for a job line that is not well-formed, so that such an instance is ended too.
    JOB_LINE_PREFIX.replace(/s3:\/\/$/, ''),
    INPUT_PREFIX,
    OUTPUT_PREFIX,
    suffix(keys.output),
    suffix(keys.ec2Log),
    suffix(keys.appLog),
    suffix(keys.status),
    String(GRACE_SECONDS),
    String(MAX_TIMEOUT_SECONDS),
  ]);
});

test('settings have the same names and defaults on both sides', () => {
  const script = `for name in "\${SETTING_NAMES[@]}"; do printf '%s=%s\\n' "\${name}" "\${SETTING_DEFAULTS[\${name}]:-}"; done`;
  const lines = inRunnerShell(['contract'], script).trimEnd().split('\n').sort();
  const ours = APP_SETTING_NAMES.map((name) => `${name}=${name === 'app_url' ? '' : APP_SETTING_DEFAULTS[name]}`);
  expect(lines).toEqual([...ours].sort());
});

test('the runner gives no reason that the status does not know', () => {
  const files = readdirSync(ROOTFS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const text = files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n');
  const used = [...text.matchAll(/^[^#\n]*status::fail(?:_unless_failed)? ([A-Z_]+)/gm)].map((match) => match[1]);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((reason) => !(REASONS as string[]).includes(reason as string))).toEqual([]);
});

test('the runner reads every job line as the launcher meant it', () => {
  const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  const jobIds = fc
    .sample(fc.array(segment, { minLength: 1, maxLength: 3 }), { numRuns: 40, seed: 7 })
    .map((parts) => parts.join('/'));
  const odd = ['a b+c', "it's", '"q"', '$(touch x)', '`x`', '%41', '\\x41\\n', 'ünï/日本/🚀', '!*()~', "-n'"];
  const jobs = [...odd, ...jobIds]
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
    }));
  const script = `for line in "$@"; do
    job_line::parse "$line"
    printf '%s\\0' "$JOB_BUCKET" "$JOB_KEY" "$JOB_ID" "$JOB_VERSION" "$JOB_SEQUENCER" "$JOB_ATTEMPT"
  done`;
  const printed = inRunnerShell(['contract', 'job-line'], script, jobs.map(formatJobLine)).split('\0').slice(0, -1);
  const expected = jobs.flatMap((job) => [
    job.bucket,
    job.key,
    job.id,
    job.versionId,
    job.sequencer,
    String(job.attempt),
  ]);
  expect(printed).toEqual(expected);
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
  const script = 'for line in "$@"; do if job_line::parse "$line"; then echo "$line"; fi; done';
  expect(inRunnerShell(['contract', 'job-line'], script, lines)).toBe('');
});

test('durations mean the same on both sides', () => {
  const texts = ['60s', '15m', '8h', '2d', '1s', '9999999s', '0s', '01m', '1', 's', '1.5h', '1w', '-1s', '1h30m', ''];
  const script = `for text in "$@"; do clock::duration "$text" || printf none; printf '\\n'; done`;
  const printed = inRunnerShell(['clock'], script, texts).split('\n').slice(0, -1);
  expect(printed).toEqual(texts.map((text) => String(parseDuration(text) ?? 'none')));
});
