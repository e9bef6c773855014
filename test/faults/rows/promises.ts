import type { Promised } from '../row';
import type { Scene } from '../scene';

/** As if nothing had happened. */
export const SUCCEEDS: Promised = { record: 'SUCCEEDED', files: ['status', 'log', 'output'], runs: 1 };

/** A job that fails before the app began. */
export const failsBefore = (...record: Exclude<Promised['record'], unknown[]>[]): Promised => ({
  record,
  files: ['status', 'log'],
  runs: 0,
});

/** A job that fails although the app began, and that has no output. */
export const failsAfter = (...record: Exclude<Promised['record'], unknown[]>[]): Promised => ({
  ...failsBefore(...record),
  runs: 1,
});

/** An app that ran is not said to have failed to start. */
export const notUnstarted = async (scene: Scene): Promise<string | undefined> =>
  /could not be started/.test(await scene.log()) ? 'the app ran, and is said to have failed to start' : undefined;
