import { setTimeout as pause } from 'node:timers/promises';
import { GRACE_SECONDS } from '../../contract/app-rules';
import { formatJobLine } from '../../contract/job-line';
import { inputKey } from '../../contract/keys';
import { isFinal } from '../../contract/status';
import { limitsMemory } from './cgroup';
import { BUCKET, type Cloud } from './cloud';
import { CLOUD_ADDRESS, Instance, SILENT_PORT } from './instance';

/** What a case has to work with. */
export interface Bench {
  /** The baked image. */
  root: string;
  cloud: Cloud;
  /** Folder for sockets and console logs. */
  dir: string;
  /** The settings as instance tags. */
  tags: Record<string, string>;
}

/** One machine from boot to its end. Throws a sentence when a promise is not kept; returns what is worth saying. */
export interface Case {
  name: string;
  run(bench: Bench): Promise<string>;
}

const MINUTE = 60_000;
/**
 * Of a job with an ec2_timeout of 10 s, once its app runs: that, the grace after it,
 * and what this machine needs itself.
 */
const AT_THE_LATEST = (10 + GRACE_SECONDS + 5) * 1000;

interface JobOptions {
  tags?: Record<string, string>;
  imdsDelayMs?: number;
  addressSpaceMib?: number;
  broken?: string[];
  /** Done to the machine while it runs. */
  meanwhile?: (instance: Instance) => Promise<void>;
  /** Until when it must be off. */
  limitMs?: number;
}

/** Boots a machine for a job and waits for its end. */
export async function runJob(bench: Bench, name: string, wish: string, options: JobOptions = {}) {
  const { tags, imdsDelayMs, addressSpaceMib, broken, meanwhile, limitMs = 2 * MINUTE } = options;
  const versionId = await bench.cloud.upload(name, { wish });
  const userData = formatJobLine({ bucket: BUCKET, key: inputKey(name), versionId, sequencer: '', attempt: 1 });
  const machine = { name, userData, tags: { ...bench.tags, ...tags }, imdsDelayMs, addressSpaceMib, broken };
  const instance = await Instance.boot({ ...bench, ...machine });
  try {
    await meanwhile?.(instance);
    must(await instance.isOffWithin(limitMs), `still running after ${limitMs / 1000} s`, instance);
    const status = await bench.cloud.status(name);
    const log = (await bench.cloud.read(name, 'ec2Log')) ?? '';
    return { instance, status, log, seconds: (instance.offAfter ?? 0) / 1000 };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${instance.console.slice(-3000)}\n${instance.journal()}`);
  } finally {
    await instance.remove();
  }
}

function must(condition: boolean, sentence: string, instance?: Instance): void {
  if (!condition) throw new Error(instance ? `${sentence}: see ${instance.namespace}` : sentence);
}

/** A job that ends with a record of this reason, and a log. */
function failing(name: string, wish: string, reasons: string[], options: JobOptions = {}): Case {
  return {
    name,
    async run(bench) {
      const id = name.replaceAll(/\W+/g, '-').slice(0, 24);
      const { status, log, seconds, instance } = await runJob(bench, id, wish, options);
      must(
        status?.state === 'FAILED',
        `the record says ${status?.state ?? 'nothing'}\n${instance.namespace}\n${log.slice(-2000)}`,
      );
      must(reasons.includes(status?.reason ?? ''), `the reason is ${status?.reason}, not ${reasons.join(' or ')}`);
      must(log !== '', 'there is no log');
      return `${status?.reason}, off after ${seconds.toFixed(1)} s`;
    },
  };
}

/** Waits until the app has said its first line. */
const untilApp = (bench: { cloud: Cloud }, name: string) => async (instance: Instance) => {
  for (let look = 0; look < 300 && instance.offAfter === undefined; look++) {
    const log = await bench.cloud.read(name, 'ec2Log');
    if (log?.includes('first line at')) return;
    await pause(200);
  }
  throw new Error('the app did not begin');
};

/** A runner that is killed as soon as its console says something. Before the claim no record is owed. */
function killedAt(text: string, claimed: boolean): Case {
  const name = `runner killed at "${text}"`;
  return {
    name,
    async run(bench) {
      const meanwhile = async (instance: Instance) => {
        must(await instance.until(() => instance.console.includes(text)), 'the console never says so', instance);
        const pid = instance.runner();
        // It may be over by now, which is a moment as good as any.
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      };
      const id = text.replaceAll(/\W+/g, '-').replace(/-$/, '');
      const { status, log, seconds } = await runJob(bench, id, 'nothing', { meanwhile });
      must(!claimed || status !== undefined, 'there is no record');
      must(status === undefined || isFinal(status.state), `the record says ${status?.state}`);
      must(status === undefined || log !== '', 'there is no log');
      return `${status?.reason ?? status?.state ?? 'no record is owed'}, off after ${seconds.toFixed(1)} s`;
    },
  };
}

export const CASES: Case[] = [
  {
    name: 'IMDS late by 20 s',
    async run(bench) {
      const { status, seconds } = await runJob(bench, 'late', 'nothing', { imdsDelayMs: 20_000 });
      must(status?.state === 'SUCCEEDED', `the record says ${status?.state ?? 'nothing'}: ${status?.message ?? ''}`);
      must(seconds >= 20, `it ended after ${seconds} s, before there was metadata`);
      return `SUCCEEDED, off after ${seconds.toFixed(1)} s`;
    },
  },
  {
    name: 'runner killed',
    async run(bench) {
      const id = 'killed';
      const meanwhile = async (instance: Instance) => {
        await untilApp(bench, id)(instance);
        process.kill(instance.runner() as number, 'SIGKILL');
      };
      const { status, log, seconds } = await runJob(bench, id, 'wait', { meanwhile });
      must(
        status?.state === 'FAILED' && status.reason === 'INTERRUPTED',
        `the record says ${status?.state} ${status?.reason}`,
      );
      must(log !== '', 'there is no log');
      return `INTERRUPTED, off after ${seconds.toFixed(1)} s`;
    },
  },
  killedAt('input s3://', false),
  killedAt('claim: begins', false),
  killedAt('claim: done', true),
  killedAt('environment: begins', true),
  killedAt('app: begins', true),
  killedAt('output: begins', true),
  killedAt('job succeeded', true),
  {
    name: 'runner stuck',
    async run(bench) {
      const id = 'stuck';
      const meanwhile = async (instance: Instance) => {
        await untilApp(bench, id)(instance);
        process.kill(instance.runner() as number, 'SIGSTOP');
      };
      const options = { tags: { ec2_timeout: '10s' }, meanwhile, limitMs: AT_THE_LATEST };
      const { status, seconds } = await runJob(bench, id, 'wait', options);
      must(status?.state === 'FAILED', `the record says ${status?.state ?? 'nothing'}`);
      return `${status?.reason}, off after ${seconds.toFixed(1)} s`;
    },
  },
  {
    name: 'network gone for good',
    async run(bench) {
      const id = 'cut';
      const meanwhile = async (instance: Instance) => {
        await untilApp(bench, id)(instance);
        instance.cutNetwork();
      };
      const options = { tags: { ec2_timeout: '10s' }, meanwhile, limitMs: AT_THE_LATEST };
      const { status, seconds, instance } = await runJob(bench, id, 'wait', options);
      must(status?.state === 'RUNNING', `the record says ${status?.state ?? 'nothing'}`);
      must(instance.console.includes('the final status could not be written'), 'its console does not say why');
      return `no record can be written, off after ${seconds.toFixed(1)} s`;
    },
  },
  {
    name: 'powered off from outside',
    async run(bench) {
      const id = 'outside';
      const meanwhile = async (instance: Instance) => {
        await untilApp(bench, id)(instance);
        instance.run('systemctl', '--no-block', 'poweroff');
      };
      const { status, log, seconds } = await runJob(bench, id, 'wait', { meanwhile });
      must(
        status?.state === 'FAILED' && status.reason === 'INTERRUPTED',
        `the record says ${status?.state} ${status?.reason}`,
      );
      must(log.includes('INTERRUPTED'), 'the log does not say so');
      return `INTERRUPTED, off after ${seconds.toFixed(1)} s`;
    },
  },
  {
    name: 'daemon that ignores TERM left behind',
    async run(bench) {
      const { status, log, seconds } = await runJob(bench, 'daemon', 'daemon');
      must(status?.state === 'SUCCEEDED', `the record says ${status?.state} ${status?.reason}\n${log.slice(-2000)}`);
      return `SUCCEEDED, off after ${seconds.toFixed(1)} s`;
    },
  },
  {
    name: 'variables and arguments of the app',
    async run(bench) {
      const tags = { 'app_env.LEVEL': 'all of it', app_args: "--month 'may 2026'" };
      const { status, log, seconds } = await runJob(bench, 'environment', 'environment', { tags });
      must(status?.state === 'SUCCEEDED', `the record says ${status?.state} ${status?.reason}\n${log.slice(-2000)}`);
      must(
        log.includes("told all of it and ['--month', 'may 2026'], read ''"),
        `the app says else:\n${log.slice(-2000)}`,
      );
      // Without cgroup v2 nobody counts it.
      const isCounted = !limitsMemory || (status?.usage?.cpu_seconds ?? 0) > 0;
      must(isCounted, `its processor time is not known: ${JSON.stringify(status?.usage)}`);
      return `SUCCEEDED, off after ${seconds.toFixed(1)} s`;
    },
  },
  failing('app ended by TERM', 'signal', ['APP_FAILED']),
  // Before anything was claimed, so the record is one that only the last layer can write.
  failing("broken library of the runner's interpreter", 'nothing', ['LOST'], {
    broken: ['/usr/lib/python3.11/json/__init__.py', '/usr/lib/python3.11/encodings/__init__.py'],
  }),
  failing('message bus that is dead', 'nothing', ['LOST'], { broken: ['/usr/bin/dbus-daemon'] }),
  failing('clone that never answers', 'nothing', ['TIMED_OUT', 'CLONE_FAILED'], {
    tags: { app_url: `http://${CLOUD_ADDRESS}:${SILENT_PORT}/app.git`, ec2_timeout: '15s' },
  }),
  failing('disk filled by the app', 'disk', ['DISK_FULL']),
  failing('app over its time', 'wait', ['TIMED_OUT'], { tags: { ec2_timeout: '10s' } }),
  limitsMemory
    ? failing('app that eats all memory', 'memory', ['OUT_OF_MEMORY'])
    : // The app is told that there is no more, instead of being killed.
      failing('app that eats all memory, held by its address space', 'memory', ['APP_FAILED'], {
        addressSpaceMib: 1536,
      }),
  {
    name: 'no job line',
    async run(bench) {
      const instance = await Instance.boot({ ...bench, name: 'idle', userData: '#!/bin/sh\ntrue\n', tags: bench.tags });
      try {
        const seen = await instance.until(() => instance.console.includes('this instance is left alone'));
        must(seen, `it does not say that it has no job\n${instance.console.slice(-2000)}`);
        // What the timer of the image would do after ten minutes.
        instance.run('/usr/libexec/lambda-ec2/deadline');
        must(!(await instance.isOffWithin(15_000)), 'it powered off');
        return 'stays up, untouched';
      } finally {
        await instance.remove();
      }
    },
  },
  {
    name: 'malformed job line',
    async run(bench) {
      const instance = await Instance.boot({
        ...bench,
        name: 'garbled',
        userData: 'lambda-ec2-job: rubbish\n',
        tags: bench.tags,
      });
      try {
        must(await instance.isOffWithin(MINUTE), `it stays up\n${instance.console.slice(-2000)}`);
        must(instance.console.includes('the job line cannot be read'), 'its console does not say why');
        return `off after ${((instance.offAfter ?? 0) / 1000).toFixed(1)} s; it names no job, so there is no record`;
      } finally {
        await instance.remove();
      }
    },
  },
];
