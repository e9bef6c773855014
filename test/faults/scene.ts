import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { formatJobLine } from '../../contract/job-line';
import { inputKey, OUTPUT_PREFIX, outputKeys } from '../../contract/keys';
import { BUCKET } from '../boot/cloud';
import { CLOUD_ADDRESS, Instance, metadataSocket } from '../boot/instance';
import { type Ear, startEar } from './ear';
import { type Route, type Rule, startProxy } from './proxy';
import type { Row } from './row';
import { CANARY, GIT_PASSWORD, type Version, type World } from './world';

/** What every row has to work with. */
export interface Bench {
  world: World;
  /** The baked image. */
  root: string;
  /** Folder for sockets and console logs. */
  dir: string;
  /** The settings as instance tags. */
  tags: Record<string, string>;
}

export interface Machine {
  instance: Instance;
  s3: Route;
  metadata: Route;
}

/** Anything that a machine has to do first: boot, claim, git, pip. */
const TIMEOUT_MS = 180_000;
const SUCCEED = 'output()';

/**
 * Where a git server with the repositories of the image is, inside a machine; it wants the credential of the matrix.
 */
export const GIT_SERVER = `http://${CLOUD_ADDRESS}:9001`;

/** A row as it is played: its machines, and all that can be seen of them. */
export class Scene {
  readonly machines: Machine[] = [];
  /** What must be seen nowhere. */
  readonly secrets = new Set([CANARY, GIT_PASSWORD]);
  /** The upload that the record must be about; the first one unless a row changes it. */
  version = '';
  /** Of an instance for the last upload. */
  userData = '';
  private readonly ear: Ear;
  private readonly base: string;
  private uploads = 0;

  constructor(
    readonly bench: Bench,
    readonly row: Row,
    readonly jobId: string,
  ) {
    this.base = path.join(bench.dir, jobId);
    this.ear = startEar(`${this.base}.ear`);
  }

  /** Uploads an input. Returns the user data of an instance for it. */
  async upload(wish = this.row.wish ?? SUCCEED): Promise<string> {
    this.version = await this.bench.world.cloud.upload(this.jobId, { 'wish.py': wish });
    this.userData = this.formatLine(this.version, ++this.uploads);
    return this.userData;
  }

  private formatLine(versionId: string, upload: number): string {
    const sequencer = upload.toString(16).toUpperCase().padStart(18, '0');
    return formatJobLine({ bucket: BUCKET, key: inputKey(this.jobId), versionId, sequencer, attempt: 1 });
  }

  /** The user data of an instance for an upload before the first one. */
  olderUserData(): string {
    return this.formatLine('a-version-of-before', 0);
  }

  /** Boots a machine for an upload, with the row's faults on its way unless others are given. */
  async boot(userData: string, faults: { s3?: Rule[]; metadata?: Rule[] } = this.row): Promise<Machine> {
    const { world, root, dir, tags } = this.bench;
    const { awsAhead, keepsDisk, ...machine } = this.row.machine ?? {};
    const name = `${this.jobId}-${this.machines.length + 1}`;
    const base = path.join(dir, name);
    const { port } = new URL(awsAhead ? world.ahead.url : world.cloud.url);
    const s3 = startProxy(`${base}.s3`, { host: '127.0.0.1', port }, faults.s3 ?? []);
    const metadata = startProxy(`${base}.metadata`, { socketPath: metadataSocket(dir, name) }, faults.metadata ?? []);
    const disk = `${base}.disk`;
    if (keepsDisk) mkdirSync(disk);
    const git = startProxy(`${base}.git`, { host: '127.0.0.1', port: new URL(world.git.url).port }, this.row.git ?? []);
    const instance = await Instance.boot({
      ...machine,
      ...{ root, name, userData, dir, tags: { ...tags, ...this.row.settings } },
      ...(keepsDisk && { disk }),
      cloud: { keys: this.watchedKeys(), socket: `${base}.s3` },
      relays: {
        '169.254.169.254:80': `${base}.metadata`,
        [`${CLOUD_ADDRESS}:9001`]: `${base}.git`,
        [`${CLOUD_ADDRESS}:9002`]: `${this.base}.ear`,
      },
    });
    void instance.off.then(() => git.close());
    const booted = { instance, s3, metadata };
    this.machines.push(booted);
    return booted;
  }

  /** The keys of the cloud; what it gives to a machine's role is a secret of this row. */
  private watchedKeys() {
    const { keys } = this.bench.world.cloud;
    const assumeRole = () => {
      const credentials = keys.assumeRole();
      this.secrets.add(credentials.secretAccessKey).add(credentials.sessionToken);
      return credentials;
    };
    return Object.assign(Object.create(keys) as typeof keys, { assumeRole });
  }

  get first(): Machine {
    return this.machines[0] as Machine;
  }

  /** Waits until something holds. Throws when it does not come, or not before the first machine is off. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; await pause(20)) {
      const isOff = this.machines.every(({ instance }) => instance.offAfter !== undefined);
      if (await holds()) return;
      if (isOff) throw new Error(`the machine is off before ${what}`);
    }
    throw new Error(`${what}: waited in vain`);
  }

  /** Waits until somebody on a machine says this word, so many times. */
  untilTold(word: string, times = 1): Promise<void> {
    return this.until(`somebody says ${word}`, () => this.told(word).length >= times);
  }

  /** Waits until a request comes by. */
  untilRequested(method: string, pattern: RegExp, machine = this.first): Promise<void> {
    const came = () => machine.s3.passed.some((one) => one.method === method && pattern.test(one.path));
    return this.until(`${method} ${pattern}`, came);
  }

  untilSaid(text: string, { instance } = this.first): Promise<void> {
    return this.until(`the console says "${text}"`, () => instance.console.includes(text));
  }

  /** The texts that were said with a word. */
  told(word?: string): string[] {
    return this.ear.told.filter((one) => one.word === (word ?? one.word)).map(({ text }) => text);
  }

  /** The words that were said once an app had begun. */
  wordsAfterStart(): string[] {
    const words = this.ear.told.map(({ word }) => word);
    return words.includes('runs') ? words.slice(words.indexOf('runs') + 1) : [];
  }

  /** What everybody is answered who says something. */
  answer(text: string): void {
    this.ear.answer = text;
  }

  /** Lets every app that waits go on. */
  release(): void {
    this.answer('go on');
  }

  /** A signal to the runner. Throws when there is none. */
  signalRunner(signal: NodeJS.Signals, { instance } = this.first): void {
    const pid = instance.runner();
    if (pid === undefined) throw new Error(`there is no runner to send ${signal} to`);
    process.kill(pid, signal);
  }

  /** The log as it is in the bucket now; empty when there is none. */
  async log(): Promise<string> {
    return (await this.bench.world.cloud.read(this.jobId, 'ec2Log')) ?? '';
  }

  /** Every version of everything that the job left. */
  versions(): Promise<Version[]> {
    return this.bench.world.versions(`${OUTPUT_PREFIX}${this.jobId}`);
  }

  get keys() {
    return outputKeys(this.jobId);
  }

  async close(): Promise<void> {
    for (const { instance, s3, metadata } of this.machines) {
      await instance.remove();
      s3.close();
      metadata.close();
    }
    this.ear.close();
  }
}
