import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startGitServer } from '../../test/jobs/git-server';
import { median } from '../measure';
import { oneInstance } from '../one-instance';
import { floorOf, layOutApp } from '../runner';

const ROOTFS = path.join(__dirname, '../../runner-script/rootfs');

/** What the runner adds to git and the app of a warm job, from the first process of the boot script to its last. */
export interface Overhead {
  seconds: number;
  cpuSeconds: number;
}

/** Medians of the job less those of git and the app alone, in turn. */
export async function measureOverhead(dir: string, rounds: number): Promise<Overhead> {
  const work = path.join(dir, 'overhead');
  mkdirSync(work);
  const app = layOutApp(work);
  const git = await startGitServer(work);
  const url = `${git.url}/${path.basename(app)}/.git`;
  const instance = await oneInstance(path.join(work, 'instance'), ROOTFS, url);
  const floor = path.join(work, 'floor');
  const alone = floorOf(floor, url, instance.python);
  const measured = { job: [] as number[][], alone: [] as number[][] };
  try {
    for (let round = 0; round <= rounds; round++) {
      rmSync(floor, { recursive: true, force: true });
      const [one, other] = [await timed(() => instance.cpuOf(['bash', '-c', alone])), await timed(instance.runJob)];
      if (round === 0) continue;
      measured.alone.push(one);
      measured.job.push(other);
    }
  } finally {
    await instance.close();
    await git.close();
  }
  const of = (times: number[][], at: number) => median(times.map((time) => time[at] ?? Number.NaN));
  return {
    seconds: of(measured.job, 0) - of(measured.alone, 0),
    cpuSeconds: of(measured.job, 1) - of(measured.alone, 1),
  };
}

/** Seconds, and the CPU seconds that it returns. */
async function timed(run: () => Promise<number>): Promise<[number, number]> {
  const began = performance.now();
  const cpu = await run();
  return [(performance.now() - began) / 1000, cpu];
}
