import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stack, aws_s3 as s3 } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import { checkSettings } from '../../contract/settings-load';
import { imageDocument } from '../../imagebuilder/image-document';
import { addChecks } from '../../infra/checks';
import { LambdaEc2Stack } from '../../infra/stack';
import { APP_URL, INLINE_CODE } from '../infra/synth';

// cdk-nag's AwsSolutions, and CDK's own validation of templates where it is switched on.

const outdir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-checks-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function checkedApp(builtinCloudFormationValidation: boolean): App {
  const app = new App({
    outdir,
    context,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation,
  });
  addChecks(app);
  return app;
}

function synthesizeChecked(settings: Record<string, unknown>, builtinValidation = false): void {
  const app = checkedApp(builtinValidation);
  const checked = checkSettings({ app_url: APP_URL, ...settings });
  const made = { code: INLINE_CODE, image: imageDocument(checked), sourcesHash: '' };
  new LambdaEc2Stack(app, { settings: checked, ...made });
  app.synth();
}

/** Everything that adds resources or permissions. */
const EVERYTHING = {
  spot: true,
  app_aws_access: true,
  app_policies: ['AmazonDynamoDBReadOnlyAccess', 'arn:aws:iam::111122223333:policy/own'],
  app_statements: [{ Action: 's3:Get*', Resource: 'arn:aws:s3:::data/*' }],
  app_credentials: 'git-token',
  notify_email: 'someone@example.com',
  quiet_days: 35,
  bake_schedule: 'cron(0 3 ? * sun *)',
  volume_initialization_rate: 200,
};

const EXISTING = {
  bucket: 'existing-bucket',
  vpc_id: 'vpc-0123456789abcdef0',
  subnets: ['subnet-0123456789abcdef0'],
  app_credentials: 'ssm:/git/token',
};

test('the stack of default settings passes AwsSolutions and the validation against CloudFormation', () => {
  expect(() => synthesizeChecked({}, true)).not.toThrow();
});

test('the stack with every part switched on passes them as well', () => {
  expect(() => synthesizeChecked(EVERYTHING, true)).not.toThrow();
});

test('the stack passes AwsSolutions in an existing VPC, with an existing bucket, and on arm64', () => {
  expect(() => synthesizeChecked(EXISTING)).not.toThrow();
  expect(() => synthesizeChecked({ architecture: 'arm64', instance_types: ['m7g.large'] })).not.toThrow();
});

test('a finding that nobody answered ends the synthesis', () => {
  const app = checkedApp(false);
  new s3.CfnBucket(new Stack(app, 'Other'), 'Bare');
  expect(() => app.synth()).toThrow(/AwsSolutions-S/);
});
