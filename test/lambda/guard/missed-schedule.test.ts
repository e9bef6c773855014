import { BUCKET } from '../launch/fixture';
import { type GuardWorld, startGuardWorld } from './fixture';

const TIME = '2026-11-24T03:00:00Z';
const SOURCE = 'app_runner/scheduled/daily.zip';
const KEY = `app_runner/input/daily/${TIME}.zip`;
const JOB = `daily/${TIME}`;

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

/** A dead letter of EventBridge Scheduler's, as its User Guide shows one. */
const missed = (call: object = {}, attributes: object = {}) =>
  world.deadLetter(
    JSON.stringify({
      Bucket: BUCKET,
      CopySource: `${BUCKET}/${SOURCE}`,
      Key: KEY,
      TaggingDirective: 'REPLACE',
      ...call,
    }),
    {
      ERROR_CODE: 'AccessDenied',
      ERROR_MESSAGE: 'Access Denied (Service: S3, Status Code: 403)',
      EXECUTION_ID: 'ad06616e51cdf74a',
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: '12',
      SCHEDULED_TIME: TIME,
      SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/jobs-group/daily',
      TARGET_ARN: 'arn:aws:scheduler:::aws-sdk:s3:copyObject',
      ...attributes,
    },
  );

test('a run whose input is not there gets its record, and people are told', async () => {
  expect(await missed()).toBe(0);
  expect(await world.status(JOB)).toMatchObject({
    job_id: JOB,
    state: 'FAILED',
    reason: 'INPUT_UNREADABLE',
    message: `The schedule daily has no input: s3://${BUCKET}/${SOURCE} does not exist; upload it, then start a job of it now with lambda-ec2 schedule run daily, or wait for its next time`,
    input_key: KEY,
    attempt: 1,
  });
  expect(await world.text(`app_runner/output/${JOB}_ec2.log`)).toContain('INPUT_UNREADABLE');
  expect(world.notices).toHaveLength(1);
});

test('a run whose input S3 did not let it copy says so in the words of S3', async () => {
  await world.put(SOURCE, 'PK');
  await missed();
  expect((await world.status(JOB))?.message).toContain('could not copy its input');
  expect((await world.status(JOB))?.message).toContain('(AccessDenied: Access Denied (Service: S3, Status Code: 403))');
});

test('the keyword for the time is the time, should the body have it still', async () => {
  await missed({ Key: 'app_runner/input/daily/<aws.scheduler.scheduled-time>.zip' });
  expect(await world.status(JOB)).toMatchObject({ job_id: JOB, state: 'FAILED' });
});

test('a copy that was made after all is left to its job, and so is a record that is there', async () => {
  await world.put(KEY, 'PK');
  await missed();
  expect(await world.status(JOB)).toBeUndefined();
  await world.remove(KEY);
  await world.putStatus({ job_id: JOB, state: 'SUCCEEDED', message: 'its own' });
  await missed();
  expect(await world.status(JOB)).toMatchObject({ state: 'SUCCEEDED', message: 'its own' });
  expect(world.notices).toEqual([]);
});

test('twice the same dead letter is one record and one message', async () => {
  await missed();
  await missed();
  expect(world.notices).toHaveLength(1);
});

test('of another bucket, or of another key, it is logged and no more', async () => {
  await missed({ Bucket: 'other' });
  await missed({ Key: 'elsewhere.zip' });
  expect(world.logged.filter((line) => line.includes('dead_letter.dropped'))).toHaveLength(2);
  expect(world.notices).toEqual([]);
});
