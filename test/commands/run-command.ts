import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.join(__dirname, '../..');
export const BIN = path.join(ROOT, 'bin/lambda-ec2.js');

/** Each test file has a `local up` of its own, and none is that of whoever runs the tests. */
export const STATE = path.join(tmpdir(), `lambda-ec2-test-state-${process.pid}`);

afterAll(() => rmSync(STATE, { recursive: true, force: true }));

/** The environment of a command. */
const environment = (env: NodeJS.ProcessEnv = {}) => ({
  ...process.env,
  NO_COLOR: '1',
  LAMBDA_EC2_STATE: STATE,
  // A machine that is busy answers late.
  LAMBDA_EC2_DOCTOR_SECONDS: '300',
  ...env,
});

/** What a command said. `code` is null when a signal ended it. */
export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command as a user does. */
export function lambdaEc2(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Said> {
  const { cwd = ROOT, env } = options;
  return new Promise((resolve) => {
    const settings = { cwd, env: environment(env), maxBuffer: 32 << 20 };
    const child = execFile(process.execPath, [BIN, ...args], settings, (error, stdout, stderr) => {
      resolve({ code: error ? ((error.code as unknown as number | undefined) ?? null) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Starts the command and leaves it running. */
export function startLambdaEc2(
  args: string[],
  { cwd = ROOT, env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [BIN, ...args], { cwd, env: environment(env) });
}
