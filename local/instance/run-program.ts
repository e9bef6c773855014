import { execFile } from 'node:child_process';

/** What a finished command said. `code` is null when it could not be started or was ended by a signal. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Longest any look at this machine (an interpreter, a pip, an AWS CLI) may take, in milliseconds. */
const LIMIT_MS = 60_000;

/** Runs a program without a shell. Never rejects: a missing or failing program is an answer like any other. */
export function runProgram(
  program: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; limitMs?: number } = {},
): Promise<Finished> {
  const { env = process.env, cwd, limitMs = LIMIT_MS } = options;
  return new Promise((resolve) => {
    const settings = { env, cwd, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 16 << 20 } as const;
    execFile(program, args, settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}
