import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machines } from '../boot/instance';
import { installTools, runAsCommand } from '../boot/shell';
import { makeImage, repositoryUrl } from './image';
import { judge, limitOf } from './judge';
import type { Row } from './row';
import { ROWS } from './rows';
import { type Bench, Scene } from './scene';
import { cells, type Played, table, writeDocument } from './table';
import { startWorld } from './world';

const CACHE = path.join(__dirname, '../../.lambda-ec2/boot');
/** What it needs of this machine, as Debian's packages. */
const TOOLS = { 'systemd-nspawn': 'systemd-container', mmdebstrap: 'mmdebstrap', ip: 'iproute2', git: 'git' };
/** Rows that are played at the same time; more of those that do little but wait. */
const AT_ONCE = 3;
const WAITING_AT_ONCE = 6;
const LONG_SECONDS = 20;
/** What is waited beyond a promise, to see how far it was missed. */
const OVERTIME_SECONDS = 240;

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * The fault matrix: machines with a real systemd, baked by the image document of the AMI, each with one fault. Prints
 * a table of what became of each job. Exit status 1 when a promise was not kept. Words on the command line choose the
 * rows by a part of their names; a run of all of them writes the table into docs/verification.md.
 */
async function main(words: string[]): Promise<number> {
  const rows = ROWS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (rows.length === 0) throw new Error(`no row has such a name: ${words.join(' ')}`);
  installTools(TOOLS);
  const work = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-faults-'));
  const clean = async () => {
    await Promise.all([...machines].map((machine) => machine.remove()));
    rmSync(work, { recursive: true, force: true });
  };
  for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException'] as const) {
    process.once(event, (why: unknown) => {
      process.stderr.write(`ended by ${why instanceof Error ? why.stack : event}\n`);
      void clean().finally(() => process.exit(130));
    });
  }
  const root = path.join(work, 'root');
  const world = await startWorld(path.join(work, 'world'), path.join(root, 'srv'));
  try {
    const own = rows.flatMap((row) => (row.repository ? [[idOf(row), row.repository] as const] : []));
    const tags = await makeImage(root, CACHE, Object.fromEntries(own));
    const played = await playAll({ world, root, dir: work, tags }, rows);
    say(`\n${table(played)}\n`);
    const kept = played.filter(({ holes }) => holes.length === 0).length;
    say(`${kept} as promised, ${played.length - kept} not`);
    if (rows.length === ROWS.length) writeDocument(played);
    return kept === played.length ? 0 : 1;
  } finally {
    await world.close();
    await clean();
  }
}

/** Short, because a Unix socket's path is. */
const idOf = (row: Row) => `${ROWS.indexOf(row) + 1}-${row.name.replaceAll(/[^a-zA-Z0-9]+/g, '-').slice(0, 24)}`;

/** The rows in their order, whichever was over first. */
async function playAll(bench: Bench, rows: Row[]): Promise<Played[]> {
  const played = new Map<Row, Played>();
  const worker = async (waiting: Row[]) => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const one = await play(bench, row);
      played.set(row, one);
      say(`${one.holes.length === 0 ? '✓' : '✗'} ${cells(one).join(' | ')}`);
    }
  };
  const seconds = ({ lasts = 0 }: Row) => lasts;
  const short = rows.filter((row) => seconds(row) < LONG_SECONDS);
  const long = rows.filter((row) => !short.includes(row)).sort((one, other) => seconds(other) - seconds(one));
  const lanes = (queue: Row[], count: number) => Array.from({ length: count }, () => worker(queue));
  await Promise.all([...lanes(short, AT_ONCE), ...lanes(long, WAITING_AT_ONCE)]);
  return rows.map((row) => played.get(row) as Played);
}

async function play(bench: Bench, row: Row): Promise<Played> {
  const id = idOf(row);
  const tags = { ...bench.tags, ...(row.repository && { app_url: repositoryUrl(id) }) };
  const scene = new Scene({ ...bench, tags }, row, id);
  try {
    const missed = await drive(scene, limitOf(row, tags));
    const seen = await judge(scene);
    const one = { name: row.name, ...seen, holes: [...missed, ...seen.holes] };
    if (one.holes.length > 0) await show(scene);
    return one;
  } catch (error) {
    await show(scene);
    const holes = [(error as Error).message];
    return {
      name: row.name,
      record: 'not known',
      files: 'not known',
      endedAfter: [],
      runs: scene.told('runs').length,
      holes,
    };
  } finally {
    await scene.close();
  }
}

/** From the first machine's boot to the last one's end. Returns the holes in how it ended. */
async function drive(scene: Scene, limit: number): Promise<string[]> {
  const holes: string[] = [];
  const userData = await scene.upload();
  await scene.row.before?.(scene);
  await scene.boot(userData);
  try {
    await scene.row.meanwhile?.(scene);
  } catch (error) {
    holes.push((error as Error).message);
  }
  for (const { instance } of scene.machines) {
    const left = limit * 1000 - (Date.now() - instance.startedAt);
    if (await instance.isOffWithin(Math.max(0, left))) continue;
    const over = await instance.isOffWithin(OVERTIME_SECONDS * 1000);
    holes.push(
      over ? `it ended later than after ${limit} s` : `it still ran ${OVERTIME_SECONDS} s after its ${limit} s`,
    );
    if (!over) await instance.remove();
  }
  return holes;
}

/** What a person needs to find out why. */
async function show(scene: Scene): Promise<void> {
  const parts = [`--- ${scene.row.name}`];
  for (const { instance, s3 } of scene.machines) {
    parts.push(
      lastLines(instance.console),
      s3.passed
        .slice(-30)
        .map(({ method, path }) => `${method} ${path}`)
        .join('\n'),
    );
  }
  const versions = await scene.versions().catch(() => []);
  for (const { key, body, isCurrent } of versions) {
    if (isCurrent && !key.endsWith('.zip')) parts.push(`${key}:`, body.subarray(-3000).toString('latin1'));
  }
  process.stderr.write(`${parts.join('\n')}\n---\n`);
}

/** Of a console, without systemd's own lines. */
function lastLines(console: string): string {
  const lines = console.split(/\r?\n/).filter((line) => !/^\S*(\[| {9})/.test(line));
  return lines.slice(-60).join('\n');
}

runAsCommand(main);
