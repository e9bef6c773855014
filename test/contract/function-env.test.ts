import {
  type DeployedFunction,
  type FunctionVariables,
  guardEnv,
  launchEnv,
  readEnv,
} from '../../contract/function-env';

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

test('the encryption that a bucket demands may be missing, and nothing but one that there is', () => {
  const { BUCKET_ENCRYPTION: _, ...rest } = ENV;
  expect(readEnv(guardEnv, rest).bucketEncryption).toBe('');
  expect(readEnv(guardEnv, { ...ENV, BUCKET_ENCRYPTION: '' }).bucketEncryption).toBe('');
  expect(() => readEnv(guardEnv, { ...ENV, BUCKET_ENCRYPTION: 'DES' })).toThrow(
    'wrong environment: BUCKET_ENCRYPTION must be AES256, aws:kms or the ARN of a KMS key',
  );
});

test('lists are words between commas or spaces, each of which must be right', () => {
  const launch = {
    TEMPLATE_ID: ENV.TEMPLATE_ID,
    STACK_NAME: 'lambda-ec2',
    QUEUE_URL: ENV.QUEUE_URL,
    LAUNCH_WAIT_SECONDS: '43200',
    MAX_RUNNING: '0',
  };
  const subnets = (SUBNET_IDS: string) => readEnv(launchEnv, { ...launch, SUBNET_IDS }).subnetIds;
  expect(subnets('subnet-0123456789abcdef0, subnet-12345678\nsubnet-87654321,')).toEqual([
    'subnet-0123456789abcdef0',
    'subnet-12345678',
    'subnet-87654321',
  ]);
  expect(subnets(' ')).toEqual([]);
  const wrong = ['subnet-12345678, vpc-12345678', 'subnet-1234567', 'subnet-012345678901234567', 'a-subnet-12345678'];
  for (const text of [...wrong, 'subnet-1234567g']) {
    expect(() => subnets(text)).toThrow('SUBNET_IDS must be ids of subnets, separated by commas');
  }
});
