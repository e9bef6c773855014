import { ASSETS_BUCKET, arn } from './account';
import type { Ask } from './asks';
import type { Deployed, DeployedActor } from './deployed';
import { instanceTags } from './ec2-asks';
import { launchDangers } from './launch-dangers';
import { keyAt } from './s3-asks';
import { secretArn } from './secret-asks';

/** What each role may not do, beside common-dangers.ts. */
export const DANGERS: Readonly<Record<DeployedActor, (stack: Deployed) => Ask[]>> = {
  launch: (stack) => [
    ...launchDangers(stack),
    passBakeRole(stack),
    ...onObjects(stack, ['GetObject'], 'input/*.zip'),
    ...onObjects(stack, ['PutObject'], 'index/*', 'packages/*', 'guard/*'),
    { action: 'sqs:SendMessage', resource: stack.arns.jobs },
  ],
  guard: (stack) => [
    ...instanceDangers(stack),
    passBakeRole(stack),
    { action: 'sqs:SendMessage', resource: stack.arns.deadLetters },
    ...onObjects(stack, ['GetObject'], 'input/*.zip'),
    ...onObjects(stack, ['PutObject'], 'index/*', 'packages/*'),
  ],
  publish: (stack) => [
    ...onObjects(stack, ['GetObject', 'PutObject'], 'input/*.zip', 'output/*.zip'),
    { action: 'cloudformation:DescribeStacks', resource: arn('cloudformation', 'stack/other/1') },
    { action: 'cloudformation:UpdateStack', resource: stack.arns.stack },
    { action: 'imagebuilder:UpdateImagePipeline', resource: stack.arns.pipeline },
    {
      action: 'imagebuilder:UpdateInfrastructureConfiguration',
      resource: arn('imagebuilder', 'infrastructure-configuration/other'),
    },
  ],
  metrics: (stack) => [
    passBakeRole(stack),
    ...onObjects(stack, ['GetObject'], 'input/*.zip', 'output/*.zip', 'output/*_ec2.log', 'guard/*'),
    ...onObjects(stack, ['PutObject', 'DeleteObject'], 'output/*_status.json', 'output/*.zip', 'guard/*'),
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${stack.bucket}`, context: { 's3:prefix': 'elsewhere/' } },
    ...['aws.ec2', 'aws.imagebuilder', 'other'].map((source) => ({
      action: 'events:PutEvents',
      resource: arn('events', 'event-bus/default'),
      context: { 'events:source': ['lambda-ec2', source] },
    })),
  ],
  notifications: (stack) => [
    passBakeRole(stack),
    ...onObjects(stack, ['GetObject', 'PutObject'], 'input/*.zip', 'output/*.zip'),
    { action: 's3:PutBucketNotification', resource: 'arn:aws:s3:::other-bucket' },
    { action: 's3:GetBucketPolicy', resource: `arn:aws:s3:::${stack.bucket}` },
  ],
  instance: (stack) => [
    passBakeRole(stack),
    ...onObjects(stack, ['PutObject', 'DeleteObject'], 'packages/*', 'index/*', 'guard/*'),
    ...onObjects(stack, ['GetObject'], 'index/*', 'guard/*'),
    ...onObjects(stack, ['DeleteObjectVersion'], 'input/*.zip'),
    // Neither its own end nor that of another: an instance ends by powering off.
    {
      action: 'ec2:TerminateInstances',
      resource: arn('ec2', 'instance/i-0123456789abcdef0'),
      context: instanceTags(stack),
    },
    { action: 'ssm:GetParameter', resource: arn('ssm', 'parameter/other') },
    { action: 'sqs:SendMessage', resource: stack.arns.jobs },
  ],
  bake: (stack) => [
    passBakeRole(stack),
    ...onObjects(stack, ['GetObject', 'PutObject', 'DeleteObject'], 'input/*.zip', 'output/*.zip', 'packages/*'),
    ...stack.assetKeys.map((key) => ({ action: 's3:PutObject', resource: `arn:aws:s3:::${ASSETS_BUCKET}/${key}` })),
    { action: 'imagebuilder:StartImagePipelineExecution', resource: stack.arns.pipeline },
    // A secret of the app is nothing that an image needs. (Image Builder's own policy lets it read every parameter.)
    { action: 'secretsmanager:GetSecretValue', resource: secretArn('team/db') },
  ],
};

function onObjects({ bucket }: Deployed, actions: string[], ...places: string[]): Ask[] {
  return places.flatMap((place) =>
    actions.map((action) => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${keyAt(place)}` })),
  );
}

/** An instance that lacks one of the two tags: of another stack, of an older template, of Image Builder. */
function instanceDangers(stack: Deployed): Ask[] {
  const resource = arn('ec2', 'instance/i-0123456789abcdef1');
  const tags = instanceTags(stack);
  const foreign = Object.keys(tags).map((key) => key.replace(/^\w+:ResourceTag\//, ''));
  return [...new Set(foreign)].flatMap((name) => {
    const without = Object.fromEntries(Object.entries(tags).filter(([key]) => !key.endsWith(`/${name}`)));
    const other = Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [key, key.endsWith(`/${name}`) ? 'other' : value]),
    );
    return ['TerminateInstances', 'GetConsoleOutput'].flatMap((action) =>
      [without, other].map((context) => ({ action: `ec2:${action}`, resource, context })),
    );
  });
}

/** Publish alone may, because it moves bakes to another subnet. */
function passBakeRole({ roleArns }: Deployed): Ask {
  return {
    action: 'iam:PassRole',
    resource: roleArns.bake,
    context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  };
}
