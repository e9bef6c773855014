import { tellFailedCalls } from '../../../lambda/guard/failed-call';
import { notifyJobFailed } from '../../../lambda/guard/notify-job-failed';
import { stubAws } from './stub-aws';

describe('of a job that failed', () => {
  const STATUS = {
    job_id: 'may',
    state: 'FAILED',
    reason: 'LOST',
    message: 'It is gone.',
    attempt: 1,
  } as const;

  test('people are told why, and where its status and its log are', async () => {
    const { deps, told, logged } = stubAws();
    await notifyJobFailed(deps, 'jobs', STATUS);
    expect(told).toEqual([
      [
        'lambda-ec2: job failed (LOST)',
        [
          'Job may of lambda-ec2 failed (LOST): It is gone.',
          '',
          'Status: s3://jobs/app_runner/output/may_status.json',
          'Log: s3://jobs/app_runner/output/may_ec2.log',
        ].join('\n'),
      ],
    ]);
    expect(logged).toEqual([]);
  });

  test('an error of SNS is logged, and no more', async () => {
    const { deps, logged } = stubAws();
    const notify = () => Promise.reject(new Error('no topic'));
    await notifyJobFailed({ ...deps, notify }, 'jobs', STATUS);
    const error = { name: 'Error', message: 'no topic', code: undefined };
    expect(logged).toEqual([['error', 'notification.failed', { jobId: 'may', error }]]);
  });
});

describe('of calls that failed for good', () => {
  const letter = (name: string, why: string) => ({
    messageId: 'm',
    receiptHandle: 'r',
    body: JSON.stringify({
      requestContext: {
        functionArn: `arn:aws:lambda:eu-west-1:1:function:${name}:$LATEST`,
        condition: 'RetriesExhausted',
      },
      responsePayload: { errorMessage: why },
    }),
    attributes: {},
  });

  test('people are told by one message a function, with the words of its last call', async () => {
    const { deps, told, logged } = stubAws();
    const other = { ...letter('a', 'x'), body: 'text' };
    await tellFailedCalls(deps, [letter('a', 'first'), other, letter('b', 'third'), letter('a', 'second')]);
    const text = (name: string, events: string, why: string) => [
      'lambda-ec2: a function failed',
      `The function ${name} of lambda-ec2 could not handle ${events}, and Lambda has given up: ${why}\n\nSee docs/operating.md, "A function failed".`,
    ];
    expect(told).toEqual([text('a', '2 events', 'second'), text('b', 'an event', 'third')]);
    expect(logged).toEqual([
      ['error', 'call.failed', { functionName: 'a', calls: 2, why: 'second' }],
      ['error', 'call.failed', { functionName: 'b', calls: 1, why: 'third' }],
    ]);
  });
});
