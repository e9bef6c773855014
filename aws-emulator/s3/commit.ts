import { rmSync } from 'node:fs';

/**
 * Lets a write take effect, and removes its finished file if it is refused at the last moment.
 *
 * @param write checks the write's conditions and adds the version, without giving way to other requests in between
 */
export function commit<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
