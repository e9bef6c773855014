import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CALLS, type Call } from 'aws-emulator/protocol/service';
import { callName } from '../iam/call-name';
import { type ModelCase, requestsOfModel } from '../simulation/model-run';
import type { Request } from '../simulation/runner-bucket';
import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';

// The model of the runner that test/simulation has asks S3 for the same as the real one in the same cases.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

const OPERATIONS = { HEAD: 'HeadObject', GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' };
const OUTPUT = 'app_runner/output/may';

function nameOf({ method, key, versionId, condition }: Request): string {
  const input = { Key: key, VersionId: versionId, IfMatch: condition?.ifMatch, IfNoneMatch: condition?.ifNoneMatch };
  return callName({ service: 's3', operation: OPERATIONS[method], input });
}

/** Which requests there were, in the order in which each was made for the last time: live logs come as they may. */
const lastOfEach = (names: readonly string[]): string[] => [...new Set([...names].reverse())].reverse();

/** The order of the end: the last of each request from the output on. */
function ending(names: readonly string[]): string[] {
  return lastOfEach(names).filter((name) => /^(PutObject|DeleteObject output\/\*\.zip V)/.test(name));
}

/** A status that the real runner finds, or is to find, in the place of its own. */
type Meanwhile = NonNullable<ModelCase['meanwhile']>;

async function requestsOfRunner(before: ModelCase['before'] = {}, meanwhile?: Meanwhile): Promise<string[]> {
  const { s3, bucket: Bucket } = machine();
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  for (const [key, text] of Object.entries(before))
    await put(key.replace('/may', `/${id}`), text.replace('"may"', `"${id}"`));
  const names: string[] = [];
  const listen = (message: unknown) => {
    const call = message as Call;
    if (call.service === 's3' && call.request.caller === 'instance') names.push(callName(call));
  };
  subscribe(CALLS, listen);
  try {
    const version = await job.upload(id);
    if (meanwhile) {
      await job.waitFor(id, version, ({ phases }) => (phases ?? []).some(({ name }) => name === 'app'));
      const Key = `app_runner/output/${id}_status.json`;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      await put(Key, JSON.stringify(meanwhile(JSON.parse((await Body?.transformToString()) ?? '{}'))));
    }
    while (!names.some((name) => name.startsWith('PutObject output/*_status.json'))) await pause();
    await machine().finished();
    await machine().idle();
  } finally {
    unsubscribe(CALLS, listen);
  }
  return names;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
let count = 0;
let id = '';
beforeEach(() => {
  id = `model-${++count}`;
});

const PLAN = { prepares: 2_000, runs: 8_000, ends: 'output', hasLog: false, isLarge: false } as const;
const LONG = 'import time\ntime.sleep(600)';
const NEWER = JSON.stringify({
  job_id: 'may',
  state: 'RUNNING',
  message: '',
  attempt: 1,
  input_sequencer: 'F'.repeat(40),
});

const CASES: Readonly<Record<string, ModelCase & { app: string }>> = {
  'a success with a log': {
    app: `${WRITE_OUTPUT}\nopen('app.log', 'w').write('x')\nwrite_output('x')`,
    plan: { ...PLAN, hasLog: true },
  },
  'an app that fails': { app: 'raise SystemExit(3)', plan: { ...PLAN, ends: 'failure' } },
  'no output': { app: '', plan: { ...PLAN, ends: 'no output' } },
  'what an earlier run left': {
    app: `${WRITE_OUTPUT}\nwrite_output('x')`,
    plan: PLAN,
    before: { [`${OUTPUT}.zip`]: 'old', [`${OUTPUT}_app.log`]: 'old' },
  },
  "a job that is somebody else's": { app: '', plan: PLAN, before: { [`${OUTPUT}_status.json`]: NEWER } },
  'a job that somebody stops': {
    app: LONG,
    plan: { ...PLAN, runs: 600_000 },
    meanwhile: (status) => ({ ...status, state: 'FAILED', reason: 'CANCELLED', message: 'Ann stopped it' }),
  },
  'a job that a newer upload takes over': {
    app: LONG,
    plan: { ...PLAN, runs: 600_000 },
    meanwhile: (status) => ({
      ...status,
      input_sequencer: 'F'.repeat(40),
      input_version: 'newer',
      instance_id: 'i-other',
    }),
  },
};

test.each(Object.entries(CASES))('%s', async (_, { app, ...modelCase }) => {
  job.commit({ 'main.py': app });
  await job.configure();
  const real = await requestsOfRunner(modelCase.before, modelCase.meanwhile);
  const model = (await requestsOfModel(modelCase)).map(nameOf);
  expect(new Set(model)).toEqual(new Set(real));
  expect(model[0]).toBe(real[0]);
  expect(ending(model)).toEqual(ending(real));
});
