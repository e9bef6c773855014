import { statSync } from 'node:fs';
import { bundle } from '../build/bundle';
import type { FunctionName, FunctionVariables } from '../contract/function-env';
import { inputKey } from '../contract/keys';
import { SCHEDULE_EVENT } from '../contract/schedule-event';
import { formatDelivery } from '../lambda/shared/upload-event';
import { cpuOfProgram } from './command';
import { firstRequest } from './first-request';
import { type Timed, timeWays } from './measure';

const ARN = 'arn:aws:imagebuilder:eu-west-1:000000000000';
const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/0/jobs';
const STACK = { TEMPLATE_ID: 'lt-0123456789abcdef0', STACK_NAME: 'jobs' };
const BUCKET = { BUCKET: 'jobs', BUCKET_ENCRYPTION: '', BUCKET_REQUEST_PAYER: '' };
const TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:jobs';

const VARIABLES: { [Name in FunctionName]: FunctionVariables<Name> } = {
  launch: {
    ...STACK,
    BUCKET_ENCRYPTION: '',
    BUCKET_REQUEST_PAYER: '',
    SUBNET_IDS: 'subnet-0123456789abcdef0',
    INSTANCE_TYPES: '',
    QUEUE_URL,
    LAUNCH_WAIT_SECONDS: '3600',
    MAX_RUNNING: '0',
  },
  guard: { ...STACK, ...BUCKET, QUEUE_URL, DEAD_LETTER_QUEUE_URL: QUEUE_URL, ATTEMPTS: '2', TOPIC_ARN },
  publish: {
    ...STACK,
    PIPELINE_ARN: `${ARN}:image-pipeline/jobs`,
    IMAGE_ARN_PREFIX: `${ARN}:image/jobs/`,
    TOPIC_ARN,
    SUBNET_IDS: '',
  },
  metrics: { ...STACK, ...BUCKET, QUIET_DAYS: '0' },
};

/** An upload, as the job queue delivers it. */
function upload() {
  const job = { bucket: 'jobs', key: inputKey('may'), versionId: 'v', sequencer: '0A', attempt: 1 };
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
  return { Records: [{ messageId: 'm', receiptHandle: 'r', body: formatDelivery(job), attributes }] };
}

/** One function: the size of its bundle in bytes, and the CPU of its cold starts up to the first request. */
export interface MeasuredFunction {
  name: FunctionName;
  bytes: number;
  timed: Timed;
}

/** What cold starts of the functions take, beside an empty Node.js, in turn. Throws when launch does not launch first. */
export async function measureFunctions(
  dir: string,
  rounds: number,
): Promise<{ empty: Timed; functions: MeasuredFunction[] }> {
  const names = Object.keys(VARIABLES) as FunctionName[];
  const files = bundle(dir, names);
  const ways = names.map((name) => ({ name, run: () => coldStart(name, files[name] as string) }));
  const empty = { name: 'node -e 0', run: () => cpuOfProgram([process.execPath, '-e', '0']) };
  const [first, ...others] = await timeWays([empty, ...ways], rounds);
  const functions = others.map((timed, at) => {
    const name = names[at] as FunctionName;
    return { name, bytes: statSync(files[name] as string).size, timed };
  });
  return { empty: first as Timed, functions };
}

async function coldStart(name: FunctionName, file: string): Promise<number> {
  const event = name === 'launch' ? upload() : SCHEDULE_EVENT;
  const { ms, text } = await firstRequest({ file, environment: VARIABLES[name], event });
  if (name === 'launch' && !text.includes('Action=RunInstances')) throw new Error(`launch asks first for ${text}`);
  return ms;
}
