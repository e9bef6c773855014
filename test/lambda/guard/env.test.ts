import { parseEnv } from '../../../lambda/guard/env';

const ENV = {
  TEMPLATE_ID: 'lt-0123456789abcdef0',
  STACK_NAME: 'lambda-ec2',
  BUCKET: 'jobs',
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q',
  ATTEMPTS: '2',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:notices',
};

test('the environment is read once', () => {
  expect(parseEnv(ENV)).toEqual({
    templateId: 'lt-0123456789abcdef0',
    stackName: 'lambda-ec2',
    bucket: 'jobs',
    queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q',
    attempts: 2,
    topicArn: 'arn:aws:sns:eu-west-1:000000000000:notices',
  });
});

test('all wrong variables are named in one error', () => {
  expect(() => parseEnv({ ...ENV, TEMPLATE_ID: undefined, ATTEMPTS: '0', TOPIC_ARN: 'topic' })).toThrow(
    'wrong environment: TEMPLATE_ID is missing; ATTEMPTS must be a number from 1 to 99; TOPIC_ARN must be the ARN of a topic',
  );
});
