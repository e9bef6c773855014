import { EC2Client, type Instance, type InstanceStateName } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { jobLineTags } from '../../../contract/job-line-tags';
import { JOB_TOKEN_TAG, STACK_TAG, TEMPLATE_ID_TAG } from '../../../contract/tags';
import type { GuardDependencies } from '../../../lambda/guard/conclude-job';
import { eventLogger } from '../../../lambda/shared/log-events';
import { withSend } from '../with-send';
import { s3Error } from './memory-bucket';
import { ENV, JOB, NOW } from './stub-guard';

type Input = Record<string, unknown> & { Key?: string };
type Answer = (name: string, input: Input) => unknown;

/** An instance of ours as EC2 describes it, launched a minute ago. */
export function described(id: string, state: InstanceStateName, { job = JOB, tags = {} as object } = {}): Instance {
  const all = {
    [STACK_TAG]: 'lambda-ec2',
    [TEMPLATE_ID_TAG]: 'lt-1',
    [JOB_TOKEN_TAG]: 'token',
    ...jobLineTags(job),
    ...tags,
  };
  return {
    InstanceId: id,
    State: { Name: state },
    LaunchTime: new Date(NOW - 60_000),
    Tags: Object.entries(all).map(([Key, Value]) => ({ Key, Value })),
  };
}

/**
 * The guard with what AWS answers given by the name of an action and what it is asked, and what it did. EC2 shows these
 * instances, and in S3 lie these objects; an error is thrown.
 */
export function stubAws({ instances = [] as Instance[], objects = {} as Record<string, string> } = {}, given?: Answer) {
  const asked: [name: string, input: Input][] = [];
  const logged: [level: string, event: string, facts: object][] = [];
  const told: [subject: string, text: string][] = [];
  const answer: Answer = (name, { Key = '' }) => {
    if (name === 'DescribeInstances') return { Reservations: [{ Instances: instances }] };
    if (name !== 'GetObject') return {};
    const text = objects[Key];
    return text === undefined
      ? s3Error('NoSuchKey', 404)
      : { Body: { transformToString: async () => text }, ETag: 'e' };
  };
  const send = async (command: { constructor: { name: string }; input: Input }) => {
    const name = command.constructor.name.replace('Command', '');
    asked.push([name, command.input]);
    const answered = (await given?.(name, command.input)) ?? answer(name, command.input);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  const log = (level: string) => (_message: unknown, facts: unknown) => {
    const { event, ...others } = facts as { event: string };
    logged.push([level, event, others]);
  };
  const deps: GuardDependencies = {
    env: ENV,
    ec2: withSend(EC2Client, send),
    s3: withSend(S3Client, send),
    send: async () => undefined,
    deadLetters: { isEmpty: async () => true, receive: async () => [], remove: async () => undefined },
    notify: async (subject, text) => void told.push([subject, text]),
    logger: eventLogger({ info: log('info'), warn: log('warn'), error: log('error') } as never),
    now: () => NOW,
  };
  /** What actions of this name were asked. */
  const inputs = (action: string) => asked.filter(([name]) => name === action).map(([, input]) => input);
  const events = () => logged.map(([level, event]) => `${level} ${event}`);
  return { deps, asked, inputs, logged, events, told };
}
