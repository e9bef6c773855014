import type { Action, Rule } from '../proxy';
import type { Promised, Row } from '../row';
import type { Scene } from '../scene';
import { AHEAD_SECONDS } from '../world';
import { failsAfter, failsBefore, SUCCEEDS } from './promises';

export const STATUS = /_status\.json$/;
export const LOG = /_ec2\.log$/;
export const OUTPUT = /output\/[^/]*\.zip$/;
export const INPUT = /input\/[^/]*\.zip$/;

/** How S3 can be away. */
const AWAY: Record<string, Action> = {
  '503': { refuse: 503, code: 'SlowDown' },
  hang: 'hang',
  '403': { refuse: 403, code: 'AccessDenied' },
  '307': { refuse: 307, code: 'TemporaryRedirect', headers: { location: 'http://169.254.169.253:9003/' } },
};
const SLOW_DOWN: Action = { refuse: 503, code: 'SlowDown' };
const DENIED: Action = { refuse: 403, code: 'AccessDenied' };

/** A job that succeeds in spite of a fault between it and S3. */
const passes = (name: string, ...s3: Rule[]): Row => ({ name, s3, lasts: s3[0]?.seconds, promised: SUCCEEDS });

const claim: Row[] = [
  ...Object.entries(AWAY).flatMap(([how, does]) =>
    [20, 60, 90].map((seconds) => ({
      ...passes(`S3 away for ${seconds} s at the claim: ${how}`, { method: 'PUT', path: STATUS, seconds, does }),
      settings: { ec2_timeout: '4m' },
    })),
  ),
  passes('claim: the connection is cut three times', { method: 'PUT', path: STATUS, count: 3, does: 'cut' }),
  passes('claim: the answer is lost after the effect', { method: 'PUT', path: STATUS, count: 1, does: 'lose' }),
  passes('claim: half of it is sent', { method: 'PUT', path: STATUS, count: 1, does: 'half-sent' }),
  passes(
    'claim: the answer is lost, and the look at what is there refused',
    { method: 'PUT', path: STATUS, count: 1, does: 'lose' },
    { method: 'GET', path: STATUS, count: 3, does: SLOW_DOWN },
  ),
  ...(['hang', '503', '403'] as const).map(
    (how): Row => ({
      name: `S3 away for good at the claim: ${how}`,
      settings: { ec2_timeout: '20s' },
      s3: [{ does: AWAY[how] as Action }],
      lasts: 200,
      promised: { record: 'none', files: [], runs: 0 },
    }),
  ),
  {
    name: 'clock of the machine an hour behind',
    machine: { awsAhead: AHEAD_SECONDS },
    promised: SUCCEEDS,
  },
];

const input: Row[] = [
  passes('input: 503 for 20 s', { method: 'GET', path: INPUT, seconds: 20, does: SLOW_DOWN }),
  passes('input: no answer once', { method: 'GET', path: INPUT, count: 1, does: 'hang' }),
  passes('input: half of it comes', { method: 'GET', path: INPUT, count: 2, does: 'half' }),
  {
    name: 'input: drips beyond ec2_timeout',
    settings: { ec2_timeout: '15s' },
    s3: [{ method: 'GET', path: INPUT, does: { drip: 1 } }],
    // Not 30 s later, which is the silence that a read bears.
    promised: { ...failsBefore('TIMED_OUT'), within: 15 + 25 },
  },
  {
    name: 'input: hangs beyond ec2_timeout',
    settings: { ec2_timeout: '15s' },
    s3: [{ method: 'GET', path: INPUT, does: 'hang' }],
    promised: { ...failsBefore('TIMED_OUT'), within: 15 + 25 },
  },
  {
    name: 'input: refused for good',
    s3: [{ method: 'GET', path: INPUT, does: DENIED }],
    promised: { ...failsBefore('INPUT_UNREADABLE'), message: /AccessDenied/ },
  },
  {
    name: 'input: its version is gone',
    s3: [{ method: 'GET', path: INPUT, does: { refuse: 404, code: 'NoSuchVersion' } }],
    promised: { ...failsBefore('INPUT_UNREADABLE'), message: /NoSuchVersion/ },
  },
  {
    name: 'input: its KMS key is disabled',
    s3: [{ method: 'GET', path: INPUT, does: { refuse: 400, code: 'KMS.DisabledException' } }],
    promised: { ...failsBefore('INPUT_UNREADABLE'), message: /KMS\.DisabledException/ },
  },
  {
    name: 'input: in an archive class',
    s3: [{ method: 'GET', path: INPUT, does: { refuse: 403, code: 'InvalidObjectState' } }],
    promised: { ...failsBefore('INPUT_UNREADABLE'), message: /InvalidObjectState/ },
  },
  {
    name: 'input: a web page instead',
    s3: [{ method: 'GET', path: INPUT, does: { refuse: 200, body: '<html>sign in</html>' } }],
    promised: failsBefore('INPUT_UNREADABLE'),
  },
  {
    name: 'the look for an older output hangs',
    s3: [{ method: 'HEAD', path: OUTPUT, does: 'hang' }],
    // The app does not wait for it.
    promised: { ...SUCCEEDS, within: 25 },
  },
];

const WAITS = 'wait(); output()';
/** Lets the app end after something. */
const after = (ms: number) => async (scene: Scene) => {
  await scene.untilTold('waits');
  await new Promise((resolve) => setTimeout(resolve, ms));
  scene.release();
};

/** The live log and status while the app runs; LIVE_SECONDS makes for many. */
const live = (name: string, ...s3: Rule[]): Row => ({
  name,
  s3,
  wish: WAITS,
  machine: { environment: { LAMBDA_EC2_LIVE_SECONDS: '0.2' } },
  meanwhile: after(5000),
  promised: SUCCEEDS,
});

const pushes: Row[] = [
  live('live status: 503 for 10 s', { path: STATUS, after: 1, seconds: 10, does: SLOW_DOWN }),
  live('live status: the answer is lost after the effect', {
    method: 'PUT',
    path: STATUS,
    after: 1,
    count: 2,
    does: 'lose',
  }),
  live('live status: hangs once', { path: STATUS, after: 1, count: 1, does: 'hang' }),
  live('live log: hangs once', { method: 'PUT', path: LOG, after: 1, count: 1, does: 'hang' }),
  live('live log: half of it is sent', { method: 'PUT', path: LOG, count: 3, does: 'half-sent' }),
];

const output: Row[] = [
  passes('output: 503 for 20 s', { method: 'PUT', path: OUTPUT, seconds: 20, does: SLOW_DOWN }),
  passes('output: no answer once', { method: 'PUT', path: OUTPUT, count: 1, does: 'hang' }),
  passes('output: the answer is lost after the effect', { method: 'PUT', path: OUTPUT, count: 1, does: 'lose' }),
  passes('output: half of it is sent', { method: 'PUT', path: OUTPUT, count: 2, does: 'half-sent' }),
  {
    name: 'output: refused for good',
    s3: [{ method: 'PUT', path: OUTPUT, does: DENIED }],
    promised: { ...failsAfter('UPLOAD_FAILED'), message: /AccessDenied/ },
  },
  {
    name: 'output: 503 for good',
    settings: { ec2_timeout: '20s' },
    s3: [{ method: 'PUT', path: OUTPUT, does: SLOW_DOWN }],
    lasts: 200,
    promised: { ...failsAfter('UPLOAD_FAILED'), message: /SlowDown/ },
  },
];

/** Once there is an output, S3 is asked for the status only by what is to be the last record. */
const last = (does: Action, more: Partial<Rule> = {}): Rule => ({
  method: 'PUT',
  path: STATUS,
  after: 1,
  does,
  ...more,
});

const finalStatus: Row[] = [
  passes('final status: 503 for 60 s', last(SLOW_DOWN, { seconds: 60 })),
  passes('final status: no answer once', last('hang', { count: 1 })),
  passes('final status: the answer is lost after the effect', last('lose', { count: 1 })),
  passes('final status: conflicts once', last({ refuse: 409, code: 'ConditionalRequestConflict' }, { count: 1 })),
  passes('final status: half of it is sent', last('half-sent', { count: 2 })),
  passes('final log: 503 for 20 s', { method: 'PUT', path: LOG, seconds: 20, does: SLOW_DOWN }),
];

const GONE: Promised = { record: 'RUNNING', files: ['status'], orFiles: ['log', 'output'], runs: 1 };
const SHORT = { ec2_timeout: '20s' };

/** Nothing of S3 any more, from the moment at which the app runs; the record is the guard's then. */
const cut = (how: string, does: Action): Row => ({
  name: `lasting cut while the app runs: ${how}`,
  settings: SHORT,
  wish: WAITS,
  lasts: 200,
  meanwhile: async (scene) => {
    await scene.untilTold('waits');
    scene.first.s3.rules.unshift({ does });
    scene.release();
  },
  promised: GONE,
});

const lasting: Row[] = [
  cut('hang', 'hang'),
  cut('closed connections', 'cut'),
  cut('503', SLOW_DOWN),
  {
    name: 'lasting cut from the output on',
    settings: SHORT,
    // From the first of its bytes: a small output is there before anybody could take S3 away.
    s3: [{ method: 'PUT', path: OUTPUT, does: 'hang' }],
    lasts: 200,
    meanwhile: async (scene) => {
      await scene.untilRequested('PUT', OUTPUT);
      scene.first.s3.rules.unshift({ does: 'hang' });
    },
    promised: GONE,
  },
  {
    name: 'no answer from anybody while the app runs: the network interface loses its addresses',
    settings: SHORT,
    wish: 'import time; tell("waits"); time.sleep(5); output()',
    lasts: 200,
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.first.instance.unplug();
    },
    promised: GONE,
  },
  {
    name: 'no answer from anybody from the start',
    settings: SHORT,
    s3: [{ does: 'hang' }],
    metadata: [{ does: 'hang' }],
    lasts: 700,
    // The timer of the image looks after ten minutes.
    promised: { record: 'none', files: [], runs: 0, within: 700 },
  },
];

const CREDENTIALS = /security-credentials\//;
const TAGS = /tags\/instance/;
const IDENTITY = /instance-identity\/document/;
const some = (record: Promised['record']): Promised => ({
  record,
  files: ['status', 'log'],
  orFiles: ['output'],
  runs: [0, 1],
});

const metadata: Row[] = [
  { name: 'metadata: late by 20 s', metadata: [{ seconds: 20, does: 'cut' }], promised: SUCCEEDS },
  { name: 'metadata: 503 for 20 s', metadata: [{ seconds: 20, does: { refuse: 503 } }], promised: SUCCEEDS },
  { name: 'metadata: no answer for 20 s', metadata: [{ seconds: 20, does: 'hang' }], promised: SUCCEEDS },
  { name: 'metadata: each answer takes a second', metadata: [{ does: { delay: 1000 } }], promised: SUCCEEDS },
  { name: 'metadata: half of each answer once', metadata: [{ count: 3, does: 'half' }], promised: SUCCEEDS },
  {
    name: 'metadata: its tokens are refused for 10 s',
    metadata: [{ method: 'GET', seconds: 10, does: { refuse: 401 } }],
    promised: SUCCEEDS,
  },
  {
    name: 'metadata: no role for 20 s',
    metadata: [{ path: CREDENTIALS, seconds: 20, does: { refuse: 404 } }],
    promised: SUCCEEDS,
  },
  {
    name: 'metadata: a role that cannot be assumed for 20 s',
    metadata: [{ path: /security-credentials\/./, seconds: 20, does: { refuse: 200, body: '{"Code":"Failed"}' } }],
    promised: SUCCEEDS,
  },
  {
    name: 'metadata: credentials that are a web page, once',
    metadata: [{ path: /security-credentials\/./, count: 1, does: { refuse: 200, body: '<html>' } }],
    promised: some(['SUCCEEDED', 'LOST']),
  },
  {
    name: 'metadata: an identity that is a web page, once',
    metadata: [{ path: IDENTITY, count: 1, does: { refuse: 200, body: '<html>' } }],
    promised: some(['SUCCEEDED', 'LOST']),
  },
  {
    name: 'metadata: no tags',
    metadata: [{ path: TAGS, does: { refuse: 404 } }],
    promised: failsBefore('BAD_SETTINGS'),
  },
  {
    name: 'metadata: tags hang for 10 s',
    metadata: [{ path: TAGS, seconds: 10, does: 'hang' }],
    promised: SUCCEEDS,
  },
  {
    name: 'metadata: away for good once the app runs',
    wish: WAITS,
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.first.metadata.rules.unshift({ does: 'hang' });
      scene.release();
    },
    promised: SUCCEEDS,
  },
];

/** Somebody writes something else over the record. */
const spoiled = (what: string, body: string): Row => ({
  name: `status object overwritten with ${what} while the app runs`,
  wish: WAITS,
  spoilsStatus: true,
  meanwhile: async (scene) => {
    await scene.untilTold('waits');
    await scene.bench.world.put(scene.keys.status, body);
    await new Promise((resolve) => setTimeout(resolve, 5000));
    scene.release();
  },
  promised: SUCCEEDS,
});

const overwritten: Row[] = [
  spoiled('garbage', 'this is no record'),
  spoiled('nothing', ''),
  spoiled('a list', '[]'),
  spoiled('a deep nest', '['.repeat(100_000)),
  {
    name: 'status object removed while the app runs',
    wish: WAITS,
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      await scene.bench.world.remove(scene.keys.status);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      scene.release();
    },
    promised: SUCCEEDS,
  },
  {
    name: 'garbage in the place of the status before the claim',
    spoilsStatus: true,
    before: (scene) => scene.bench.world.put(scene.keys.status, 'this is no record'),
    promised: SUCCEEDS,
  },
  {
    name: 'output and app log of an earlier run',
    before: async (scene) => {
      await scene.bench.world.put(scene.keys.output, 'an old output');
      await scene.bench.world.put(scene.keys.appLog, 'an old log');
    },
    wish: 'sys.exit(3)',
    promised: { ...failsAfter('APP_FAILED'), message: /exit status 3/ },
  },
];

export const NETWORK: Row[] = [
  { name: 'no fault at all', promised: SUCCEEDS },
  ...claim,
  ...input,
  ...pushes,
  ...output,
  ...finalStatus,
  ...lasting,
  ...metadata,
  ...overwritten,
];
