import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { median } from '../measure';
import { type OneInstance, oneInstance } from '../one-instance';
import { layOutApp } from '../runner';

const ROOTFS = path.join(__dirname, '../../runner-script/rootfs');
/** Moves its input, so that the way in and out is all there is. */
const MAIN = "import os\nos.rename('input.zip', 'output.zip')\n";
const SIZES = [
  ['1 KB', 1e3],
  ['10 MB', 1e7],
  ['1 GB', 1e9],
] as const;
const run = promisify(execFile);

/** Seconds of a file of one size, and MiB of the largest process of the job. */
export interface Transfer {
  size: string;
  in: number;
  bareIn: number;
  out: number;
  bareOut: number;
  /** By the AWS CLI alone. */
  cliOut: number;
  peak: number;
}

/** Files of three sizes through a job, beside curl with the same endpoint: medians. */
export async function measureTransfers(dir: string, rounds: number): Promise<Transfer[]> {
  const transfers: Transfer[] = [];
  for (const [size, bytes] of SIZES) {
    const work = path.join(dir, `transfer-${bytes}`);
    mkdirSync(work);
    const app = layOutApp(work, MAIN);
    const instance = await oneInstance(path.join(work, 'instance'), ROOTFS, `file://${app}`);
    try {
      transfers.push({ size, ...(await measureSize(instance, work, bytes, rounds)) });
    } finally {
      await instance.close();
      rmSync(work, { recursive: true, force: true });
    }
  }
  return transfers;
}

async function measureSize(instance: OneInstance, dir: string, bytes: number, rounds: number) {
  const file = path.join(dir, 'file.zip');
  makeZip(file, bytes);
  const copy = path.join(dir, 'copy');
  const measured: Omit<Transfer, 'size'>[] = [];
  for (let round = 0; round <= rounds; round++) {
    const bareOut = await seconds(() => curl(instance.curl('bare'), '--upload-file', file));
    const cliOut = await seconds(() => instance.upload(file));
    const bareIn = await seconds(() => curl(instance.curl('bare'), '--output', copy));
    await seconds(() => instance.runJob([], file));
    const [ours, out] = [phase(instance.log(), 'input'), phase(instance.log(), 'output')];
    measured.push({ in: ours, bareIn, out, bareOut, cliOut, peak: instance.peak() });
    await instance.empty();
  }
  const peak = Math.max(...measured.map((one) => one.peak));
  const middle = (name: keyof Omit<Transfer, 'size'>) => median(measured.slice(1).map((one) => one[name]));
  return {
    ...{ in: middle('in'), bareIn: middle('bareIn') },
    ...{ out: middle('out'), bareOut: middle('bareOut'), cliOut: middle('cliOut'), peak },
  };
}

const curl = ([program = '', ...words]: string[], ...more: string[]) => run(program, [...words, ...more]);

/** Of a copy. What an earlier one has left for the disk is not its. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  await run('sync');
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** What the runner's log says of a phase. */
function phase(log: string, name: string): number {
  return Number(new RegExp(`${name}: done in ([\\d.]+) s`).exec(log)?.[1]);
}

/** A zip file without members of so many bytes: what stands before its end record is nobody's. */
function makeZip(file: string, bytes: number): void {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt32LE(bytes - end.length, 16);
  const fd = openSync(file, 'w');
  writeSync(fd, 'PK\u0003\u0004');
  closeSync(fd);
  truncateSync(file, bytes - end.length);
  const append = openSync(file, 'a');
  writeSync(append, end);
  closeSync(append);
}
