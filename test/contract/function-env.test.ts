import { type DeployedFunction, type FunctionVariables, guardEnv, readEnv } from '../../contract/function-env';

const ENV: FunctionVariables<'guard'> = {
  TEMPLATE_ID: 'lt-0123456789abcdef0',
  STACK_NAME: 'lambda-ec2',
  BUCKET: 'jobs',
  BUCKET_ENCRYPTION: 'AES256',
  BUCKET_REQUEST_PAYER: '',
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/dead',
  ATTEMPTS: '2',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:notices',
};

test('the environment is read once', () => {
  expect(readEnv(guardEnv, ENV)).toEqual({
    templateId: 'lt-0123456789abcdef0',
    stackName: 'lambda-ec2',
    bucket: 'jobs',
    bucketEncryption: 'AES256',
    bucketRequestPayer: '',
    queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q',
    deadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/dead',
    attempts: 2,
    topicArn: 'arn:aws:sns:eu-west-1:000000000000:notices',
  });
});

test('all wrong variables are named in one error', () => {
  expect(() => readEnv(guardEnv, { ...ENV, TEMPLATE_ID: undefined, ATTEMPTS: '0', TOPIC_ARN: 'topic' })).toThrow(
    'wrong environment: TEMPLATE_ID is missing; ATTEMPTS must be a number from 1 to 99; TOPIC_ARN must be the ARN of a topic',
  );
});

// tsc is what tests this: an expected error that does not come is one.
test('the compiler names a variable that is forgotten or misspelt where a function is deployed', () => {
  const { BUCKET, ...rest } = ENV;
  // @ts-expect-error BUCKET is missing
  const forgotten: DeployedFunction = { name: 'guard', environment: rest };
  // @ts-expect-error BUKCET does not exist
  const misspelt: DeployedFunction = { name: 'guard', environment: { ...ENV, BUKCET: BUCKET } };
  expect([forgotten, misspelt]).toHaveLength(2);
});
