import { page } from '../docs/pages';
import { VARIANTS } from '../infra/variants';
import { ACCOUNT, arn, iamArn, REGION, TEMPLATE_ID } from './account';
import { type Ask, asksOf } from './asks';
import { CALLS } from './calls';
import { type Deployed, deploy, type Policy } from './deployed';
import { instanceTags } from './ec2-asks';
import { s3Asks } from './s3-asks';
import { decide } from './simulate';

// The policy that docs/operating.md gives for whoever uses the command line.

/** Of a managed policy, without white space ("IAM and AWS STS quotas", IAM User Guide). */
const MOST_CHARACTERS = 6144;

/** The policy as the page has it, with its placeholders filled in. */
function operatorPolicy({ settings, bucket }: Deployed): Policy {
  const [, text = ''] = /<!-- the policy of an operator -->\n\n((?: {4}.*\n)+)/.exec(page('docs/operating.md')) ?? [];
  const values: Record<string, string> = {
    ACCOUNT,
    REGION,
    STACK: settings.name,
    BUCKET: bucket,
    TEMPLATE_ID,
    KEY_ARN: settings.kms_key_arn || 'arn:aws:kms:eu-west-1:111122223333:key/none',
  };
  return JSON.parse(
    text.replace(/\b(ACCOUNT|REGION|STACK|BUCKET|TEMPLATE_ID|KEY_ARN)\b/g, (name) => values[name] ?? name),
  );
}

/** What nobody needs for the commands. */
function dangers(stack: Deployed): Ask[] {
  const other = arn('ec2', 'instance/i-0123456789abcdef1');
  const foreign = {
    ...instanceTags(stack),
    'ec2:ResourceTag/lambda-ec2:stack': 'other',
    'aws:ResourceTag/lambda-ec2:stack': 'other',
  };
  return [
    { action: 'ec2:TerminateInstances', resource: other },
    { action: 'ec2:TerminateInstances', resource: other, context: foreign },
    { action: 'ec2:RunInstances', resource: arn('ec2', 'instance/new') },
    { action: 'ec2:DeleteLaunchTemplate', resource: stack.arns.launchTemplate },
    { action: 'ec2:ModifyLaunchTemplate', resource: arn('ec2', 'launch-template/lt-0123456789abcdef1') },
    { action: 'ec2:CreateTags', resource: other },
    {
      action: 'iam:PassRole',
      resource: stack.roleArns.instance,
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
    { action: 'sts:AssumeRole', resource: iamArn('role/other') },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::other-bucket/app_runner/output/a.zip' },
    { action: 's3:DeleteBucket', resource: `arn:aws:s3:::${stack.bucket}` },
    ...[
      'PutObject output/*.zip',
      'DeleteObject output/*_ec2.log',
      'DeleteObject input/*.zip',
      'PutObject guard/*',
    ].flatMap((call) => (s3Asks(call, stack) ?? []).slice(0, 1)),
    { action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', 'secret:team/git-token-AbCdEf') },
    { action: 'sqs:ReceiveMessage', resource: stack.arns.jobs },
    { action: 'cloudformation:DeleteStack', resource: stack.arns.stack },
  ];
}

/** Those that change what the commands touch. */
const NAMES = ['default', 'own bucket and key', 'secret of the app', 'parameter of the app', 'everything on'];

test.each(NAMES)('%s: an operator may use every command, and no more', async (name) => {
  const stack = deploy(VARIANTS[name] as Record<string, unknown>);
  const caller = { arn: iamArn('user/ann'), policies: [operatorPolicy(stack)] };
  const decided = async (asks: Ask[], allowed: boolean) => {
    const found = await Promise.all(
      asks.map(async (ask) => ((await decide(stack, caller, ask)) === allowed ? [ask] : [])),
    );
    return found.flat();
  };
  const asks = CALLS.user.flatMap((call) => asksOf(call, stack, 'user'));
  expect(await decided(asks, false)).toEqual([]);
  expect(await decided(dangers(stack), true)).toEqual([]);
});

test('it fits into a managed policy', () => {
  expect(JSON.stringify(operatorPolicy(deploy({}))).length).toBeLessThan(MOST_CHARACTERS);
});
