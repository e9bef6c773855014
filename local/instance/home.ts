import { homedir } from 'node:os';

/** The home directory of whoever runs this; undefined for a user id that the machine has no entry for. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.HOME) return env.HOME;
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
