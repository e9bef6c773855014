import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Schedule } from '../contract/schedules';
import { UserError } from '../contract/user-error';
import { homeFolder } from './instance/home';
import { ownMark, type ProcessMark, stateOf } from './process-mark';

/** Where the machine of `local up` is found and what is on it. The keys open nothing but this machine. */
export interface RunningMachine {
  /** Of `local up`. */
  pid: number;
  /** URL of all its AWS services. */
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  bucket: string;
  templateId: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  pipelineArn: string;
  topicArn: string;
  stackName: string;
  /** Of its settings; absent for a machine that an earlier version started. */
  schedules?: Schedule[];
  /** ISO 8601, UTC. */
  startedAt: string;
}

interface Content {
  process: ProcessMark;
  machine: RunningMachine;
}

/**
 * The file by which `--local` finds the machine: in the folder LAMBDA_EC2_STATE, else where programs keep their state
 * (XDG Base Directory Specification, $XDG_STATE_HOME, of which a relative path is to be ignored).
 */
export function machineFile(env: NodeJS.ProcessEnv = process.env): string {
  if (env.LAMBDA_EC2_STATE) return path.resolve(env.LAMBDA_EC2_STATE, 'local.json');
  const given = env.XDG_STATE_HOME ?? '';
  const state = path.isAbsolute(given) ? given : path.join(homeFolder(env) ?? '/', '.local', 'state');
  return path.join(state, 'lambda-ec2', 'local.json');
}

/** The machine of `local up`; undefined when none runs, whatever one that was killed has left. */
export function readMachineFile(file = machineFile()): RunningMachine | undefined {
  const content = read(file);
  return content && stateOf(content.process) === 'alive' ? content.machine : undefined;
}

/**
 * Writes the file for this process's machine, for its user alone. Returns what takes it away again.
 *
 * @throws UserError when another `local up` runs, the system's error when the folder cannot be written
 */
export function writeMachineFile(about: Omit<RunningMachine, 'pid' | 'startedAt'>, file = machineFile()): () => void {
  const machine: RunningMachine = { pid: process.pid, startedAt: new Date().toISOString(), ...about };
  const content: Content = { process: ownMark(), machine };
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  try {
    put(whole, file);
  } finally {
    rmSync(whole, { force: true });
  }
  return () => {
    if (read(file)?.machine.pid === process.pid) rmSync(file, { force: true });
  };
}

/** @throws UserError that names the machine that runs */
export function refuseSecondMachine(port = 0, file = machineFile()): void {
  const running = readMachineFile(file);
  if (!running) return;
  const taken = String(port) === new URL(running.endpoint).port ? `--port ${port}: port ${port} is taken: ` : '';
  throw new UserError(
    `${taken}local up runs already, as process ${running.pid} at ${running.endpoint}: end that one with Ctrl-C, or ` +
      'set LAMBDA_EC2_STATE to a folder of its own for each of several',
  );
}

/** A link is made whole or not at all, and never over another machine's file. */
function put(whole: string, file: string): void {
  try {
    linkSync(whole, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    refuseSecondMachine(0, file);
    rmSync(file, { force: true });
    linkSync(whole, file);
  }
}

function read(file: string): Content | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Content;
    const isWhole = typeof content.process.pid === 'number' && typeof content.machine.endpoint === 'string';
    return isWhole ? content : undefined;
  } catch {
    return undefined;
  }
}
