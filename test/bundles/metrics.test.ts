import type { DeliveredEvent } from 'aws-emulator/eventbridge/delivered-event';
import { EventBridgeService } from 'aws-emulator/eventbridge/service';
import { bundle } from '../../build/bundle';
import { metricsEnv, readEnv } from '../../contract/function-env';
import { LambdaProcess } from '../../local/lambda/lambda-process';
import { clientsIn } from '../lambda/bundle-contents';
import { BUCKET, lambdaEnvironment, REGION, startWorld, type World } from '../lambda/launch/fixture';

let world: World;
let file: string;
let metrics: LambdaProcess;
const lines: string[] = [];
const ended: unknown[] = [];

beforeAll(async () => {
  const onEvent = ({ detail }: DeliveredEvent) => void ended.push(detail.job_id);
  world = await startWorld({
    services: [new EventBridgeService({ region: REGION, accountId: '000000000000', onEvent })],
  });
  file = bundle(world.dir, ['metrics']).metrics as string;
  metrics = new LambdaProcess({
    file,
    environment: {
      ...lambdaEnvironment(world.endpoint.url),
      TEMPLATE_ID: world.templateId,
      STACK_NAME: 'lambda-ec2',
      BUCKET,
      QUIET_DAYS: '0',
      // On an older Node.js than the deployed one the SDK says so.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    onLog: (line) => lines.push(line),
  });
});
afterAll(async () => {
  await metrics.close();
  await world.close();
});

test('the bundle holds the clients it needs and no other', () => {
  expect(clientsIn(file)).toEqual(['ec2', 'events', 's3']);
});

test('the bundle prints each measurement as a bare line, which is what CloudWatch reads', async () => {
  const key = 'app_runner/output/may_status.json';
  await world.put(key, JSON.stringify({ job_id: 'may', state: 'SUCCEEDED', message: 'm', exit_code: 0, attempt: 1 }));
  await metrics.invoke({ Records: [{ s3: { bucket: { name: BUCKET }, object: { key } } }] });
  await metrics.invoke({});
  while (lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lines.map((line) => Object.keys(JSON.parse(line)).at(-1))).toEqual([
    'JobsSucceeded',
    'JobsFailed',
    'ImageAgeDays',
  ]);
  expect(ended).toEqual(['may']);
});

test('all wrong variables are named in one error', () => {
  expect(() => readEnv(metricsEnv, { TEMPLATE_ID: 'x', STACK_NAME: 'lambda-ec2', QUIET_DAYS: '7' })).toThrow(
    /TEMPLATE_ID must be .*; BUCKET is missing/,
  );
});
