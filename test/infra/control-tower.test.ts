import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rawTemplate } from './synth';

// AWS Control Tower's proactive controls are CloudFormation Guard rules; these are AWS's own 237, in AWS's own judge.

const PACKAGE = path.dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json'));
const MACHINE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const GUARD = path.join(PACKAGE, 'bin', process.platform === 'darwin' ? 'macos' : 'ubuntu', MACHINE, 'cfn-guard');
const RULES = path.join(PACKAGE, 'rules', 'control-tower');

/** The controls that a stack with these settings does not meet. */
function unmet(settings: Record<string, unknown>): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-guard-'));
  const file = path.join(folder, 'template.json');
  // Control Tower's hook sees the account's number, as CloudFormation has put it in by then.
  writeFileSync(file, JSON.stringify(rawTemplate(settings)).replaceAll('{"Ref":"AWS::AccountId"}', '"111122223333"'));
  const options = ['--output-format', 'json', '--show-summary', 'none', '--structured'];
  try {
    execFileSync(GUARD, ['validate', '-r', RULES, '-d', file, ...options], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    return [];
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    expect(status).toBe(19); // Guard's word for "not compliant"
    const [{ not_compliant }] = JSON.parse(stdout) as [{ not_compliant: unknown }];
    return [...new Set(JSON.stringify(not_compliant).match(/\bCT\.[A-Z0-9]+\.PR\.\d+\b/g))].sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
/** Each control that a stack of default settings does not meet, with the settings that meet it. */
const MET_BY: Record<string, Record<string, unknown> | undefined> = {
  'CT.CLOUDWATCH.PR.2': { log_retention_days: 365 },
  'CT.CLOUDWATCH.PR.3': { log_kms_key_arn: KEY },
  'CT.EC2.PR.10': { detailed_monitoring: true },
  'CT.EC2.PR.11': { vpc_id: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0'] },
  'CT.LAMBDA.PR.3': undefined,
  'CT.S3.PR.10': { kms_key_arn: KEY },
  'CT.S3.PR.2': { bucket: 'existing-bucket' },
  'CT.S3.PR.4': { bucket: 'existing-bucket' },
  'CT.S3.PR.9': { bucket: 'existing-bucket' },
};

const MORE = {
  tags: { CostCenter: '42' },
  spot: true,
  schedules: [{ name: 'daily', cron: 'cron(0 3 * * ? *)', input: 'app_runner/scheduled/daily.zip' }],
};

test('a stack of default settings meets all controls but these', () => {
  expect(unmet({})).toEqual(Object.keys(MET_BY));
});

test('with settings it meets all controls that can be met', () => {
  const all: Record<string, unknown> = Object.assign({}, ...Object.values(MET_BY));
  const never = Object.keys(MET_BY).filter((control) => !MET_BY[control]);
  expect(unmet({ ...all, ...MORE })).toEqual(never);
  // With a bucket of its own as well, apart from what only another one can have.
  const ofBucket = Object.keys(MET_BY).filter((control) => MET_BY[control]?.bucket);
  expect(unmet({ ...all, bucket: '' })).toEqual([...never, ...ofBucket].sort());
});

test('docs/operating.md says of each how to meet it', () => {
  const guide = readFileSync(path.join(__dirname, '../../docs/operating.md'), 'utf8');
  for (const [control, settings] of Object.entries(MET_BY)) {
    const row = guide.split('\n').find((line) => line.startsWith(`| ${control} `)) ?? '';
    for (const setting of Object.keys(settings ?? { control })) {
      expect([control, row.includes(settings ? `\`${setting}` : 'cannot')]).toEqual([control, true]);
    }
  }
});
