import { VARIANTS } from '../infra/variants';
import { ACCOUNT, arn } from './account';
import { type Ask, keyAsks } from './asks';
import { commonDangers } from './common-dangers';
import { type Deployed, deploy } from './deployed';
import { decide, decideBy, sessionOf } from './simulate';

// The roles that EventBridge Scheduler takes, one a schedule (infra/schedules.ts).

const NAMES = ['schedules', 'schedules under a key', 'everything on'];
const TIME = '2026-11-26T03:00:00Z';

/** What a run asks for: CopyObject, and a message for the guard when S3 does not take it. */
function asks(stack: Deployed, name: string, input: string): Ask[] {
  return [
    { action: 's3:GetObject', resource: object(stack, input) },
    { action: 's3:PutObject', resource: object(stack, `app_runner/input/${name}/${TIME}.zip`) },
    ...keyAsks(['Decrypt', 'GenerateDataKey'], 's3', stack),
    { action: 'sqs:SendMessage', resource: stack.arns.deadLetters },
    ...keyAsks(['GenerateDataKey', 'Decrypt'], 'sqs', stack),
  ];
}

const object = ({ bucket }: Deployed, key: string) => `arn:aws:s3:::${bucket}/${key}`;

function dangers(stack: Deployed, name: string): Ask[] {
  return [
    ...commonDangers(stack),
    { action: 's3:GetObject', resource: object(stack, 'app_runner/scheduled/other.zip') },
    { action: 's3:GetObject', resource: object(stack, `app_runner/output/${name}/${TIME}.zip`) },
    // Jobs of a schedule whose name begins as this one's, of people, and anything beside jobs.
    ...[`input/${name}-2/${TIME}.zip`, 'input/may.zip', `output/${name}/${TIME}.zip`, `input/${name}/${TIME}.txt`].map(
      (key) => ({ action: 's3:PutObject', resource: object(stack, `app_runner/${key}`) }),
    ),
    { action: 's3:DeleteObject', resource: object(stack, `app_runner/input/${name}/${TIME}.zip`) },
    { action: 'sqs:SendMessage', resource: stack.arns.jobs },
    { action: 'sqs:ReceiveMessage', resource: stack.arns.deadLetters },
  ];
}

describe.each(NAMES)('%s', (variant) => {
  let stack: Deployed;
  beforeAll(() => {
    stack = deploy(VARIANTS[variant] as Record<string, unknown>);
  });

  /** Those of the asks that are decided so for the role of a schedule. */
  const decided = async (name: string, asked: readonly Ask[], allowed: boolean) => {
    const { arn, policies, isBounded } = role(name);
    const caller = { arn: sessionOf(arn), policies, isBounded };
    const found = asked.map(async (ask) => ((await decide(stack, caller, ask)) === allowed ? [ask] : []));
    return (await Promise.all(found)).flat();
  };
  const role = (name: string) => stack.scheduleRoles[name] as Deployed['scheduleRoles'][string];

  test('each may do what a run of its schedule asks for, and nothing dangerous', async () => {
    const { schedules } = stack.settings;
    expect(Object.keys(stack.scheduleRoles).sort()).toEqual(schedules.map(({ name }) => name).sort());
    for (const { name, input } of schedules) {
      expect(await decided(name, asks(stack, name, input), false)).toEqual([]);
      expect(await decided(name, dangers(stack, name), true)).toEqual([]);
    }
  });

  test('Scheduler may take each for the group of this stack, and nobody else may', async () => {
    for (const { arn: resource, group, trust } of Object.values(stack.scheduleRoles)) {
      const may = (service: string, source: string, account = ACCOUNT) => {
        const context = { 'aws:SourceAccount': account, 'aws:SourceArn': source };
        return decideBy(trust, { arn: service, policies: [] }, { action: 'sts:AssumeRole', resource, context });
      };
      expect(await may('scheduler.amazonaws.com', group)).toBe(true);
      expect(await may('scheduler.amazonaws.com', arn('scheduler', 'schedule-group/default'))).toBe(false);
      expect(await may('scheduler.amazonaws.com', group, '444455556666')).toBe(false);
      expect(await may('lambda.amazonaws.com', group)).toBe(false);
    }
  });
});
