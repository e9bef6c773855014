import { BUILD_ARN_TAG } from '../../contract/tags';
import type { ObjectVersion } from './bucket';
import type { Chance } from './caller';
import { Clock } from './clock';
import { Deliveries } from './deliveries';
import { type Fault, Faults } from './faults';
import { type Functions, functionsOf } from './functions';
import { Host } from './host';
import type { Bake } from './image-builder';
import { Operators } from './operators';
import { Random } from './random';
import { jobKeys } from './runner-memory';
import { fieldsOf } from './runner-status';
import { Schedules } from './schedules';
import { BUCKET, type Services, type StackSettings, servicesOf } from './services';
import { installFetch } from './stack-requests';
import { Strangers } from './strangers';

/** All that a world follows from: the same makes the same history. */
export interface WorldOptions {
  seed: number;
  lives: number;
  kinds: ReadonlySet<Fault>;
  isTraced?: boolean;
  /** How much more likely than usual mishaps are; by chance when absent. */
  storm?: number;
  settings?: Partial<StackSettings>;
}

const BEGINNING = Date.parse('2026-01-01T00:00:00Z');
const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How often it is looked whether all is quiet. */
const LOOK = HOUR / 2;
/** What comes after the last job: schedules that still have something to mend. */
const AFTERWARDS = 3 * HOUR;
/** The guard keeps its notes in S3, which may be down for no longer than EC2 shows tags. */
const OUTAGE = 480_000;
/** The first bake is published by then. */
const BAKED = 2 * HOUR;

/** One stack with its account, from its first deploy until its last job is over. */
export class World {
  readonly services: Services;
  readonly strangers: Strangers;
  readonly days: number;
  readonly faults: Faults;
  /** Whether everything came to rest within the bound. */
  isQuiet = false;
  /** When the last upload comes. */
  private end: number;
  private readonly clock = new Clock(BEGINNING);
  private readonly random: Random;
  private readonly functions: Functions;
  private readonly operators: Operators;
  private readonly deliveries: Deliveries;
  private readonly schedules: Schedules;

  constructor(private readonly options: WorldOptions) {
    this.random = new Random(options.seed);
    const storm = this.random.spread(0.1, 2);
    this.faults = new Faults(this.random, options.kinds, options.storm ?? storm);
    this.days = this.random.spread(0.3, 5);
    this.end = BEGINNING + this.days * DAY;
    const chance: Chance = { clock: this.clock, random: this.random, faults: this.faults, down: new Set() };
    this.services = servicesOf(chance, { ...settingsOf(this.random), ...options.settings }, options.isTraced ?? false);
    this.functions = functionsOf(this.services);
    this.operators = new Operators(this.services, this.functions);
    this.deliveries = new Deliveries(this.services, this.functions);
    this.schedules = new Schedules(this.services);
    this.strangers = new Strangers(this.services);
    new Host(this.services).connect();
    this.deliveries.connect();
    this.watch();
  }

  get now(): number {
    return this.clock.now;
  }

  /** Runs it to its end. */
  async run(): Promise<void> {
    await this.during(async () => {
      await this.begin();
      this.plan();
      await this.clock.runUntil(this.end + this.random.between(0, 2 * HOUR));
      this.faults.isOver = true;
      this.goWell();
      const bound = this.clock.now + this.longest();
      while (!this.isQuiet && this.clock.now < bound) {
        await this.clock.runUntil(this.clock.now + LOOK);
        this.isQuiet = this.isOver();
      }
      await this.clock.runUntil(this.clock.now + AFTERWARDS);
    });
  }

  /** So many jobs uploaded within a second, and nothing else until the last of them has an instance. */
  async runBurst(jobs: number): Promise<void> {
    await this.during(async () => {
      await this.begin();
      await this.clock.runUntil(this.clock.now + BAKED);
      const upload = (job: number) => () => this.operators.upload(`app_runner/input/burst/${job}.zip`);
      for (let job = 0; job < jobs; job++) this.clock.after(this.random.between(0, SECOND), upload(job));
      const { history, jobs: queue } = this.services;
      const began = this.clock.now;
      do await this.clock.runUntil(this.clock.now + 60 * SECOND);
      while (queue.length > 0 && this.clock.now - began < DAY);
      this.isQuiet = history.uploads.every(({ instances }) => instances.length > 0);
    });
  }

  /** With this world's clock in the place of the process's. */
  private async during(work: () => Promise<void>): Promise<void> {
    const uninstall = [this.clock.install(), installFetch(this.clock)];
    try {
      await work();
    } finally {
      for (const one of uninstall) one();
    }
  }

  private async begin(): Promise<void> {
    void this.operators.create();
    await this.clock.runUntil(BEGINNING + 1);
    this.strangers.settle();
    this.deliveries.startSchedules();
  }

  /** The longest that a job can take when nothing goes wrong any more, in milliseconds. */
  private longest(): number {
    const { attempts, launchWait } = this.services.settings;
    return attempts * (launchWait * SECOND + 5 * HOUR) + 4 * HOUR;
  }

  private isOver(): boolean {
    const { jobs, deadLetters, history } = this.services;
    if (jobs.length > 0 || deadLetters.length > 0) return false;
    return history.uploads.every(({ instances }) => instances.every(({ ended }) => ended !== undefined));
  }

  /** Uploads, and what people and EC2 do meanwhile, over the days of this world. */
  private plan(): void {
    const at = (run: () => void) => this.clock.after(this.random.between(0, this.days * DAY), run);
    for (let life = 0; life < this.options.lives; ) life += this.planJob(at, this.options.lives - life);
    for (let day = 0; day < this.days; day++) this.planDay(at);
  }

  /** An upload, and those that follow it. Returns how many they are. */
  private planJob(at: (run: () => void) => { time: number }, most: number): number {
    const jobId = `${this.random.pick(['may', 'june', '2026/a b', 'ü+%'])}-${this.random.hex(6)}`;
    const segment = this.faults.happens('version in the key') ? `template=${this.random.pick([1, 2, 3])}/` : '';
    const isWrong = this.faults.happens('key that names no job');
    const key = `app_runner/input/${isWrong ? 'template=x/' : segment}${jobId}.zip`;
    const { time } = at(() => this.operators.upload(key));
    const later = (run: () => void) => {
      const timer = this.clock.after(time - this.clock.now + this.random.spread(100, 2 * HOUR), run);
      this.end = Math.max(this.end, timer.time);
    };
    if (this.faults.happens('job cancelled')) later(() => void this.operators.cancel(jobId));
    for (const how of ['taken away', 'written over'] as const)
      if (this.faults.happens(`status ${how}`)) later(() => this.operators.spoilStatus(jobId, how));
    let count = 1;
    while (count < most && this.faults.happens('job uploaded again')) {
      later(() => this.operators.upload(key));
      count++;
    }
    return count;
  }

  private planDay(at: (run: () => void) => unknown): void {
    const { operators, faults, random } = this;
    if (faults.happens('settings overridden')) at(() => operators.override());
    if (faults.happens('rolled back')) at(() => operators.rollBack());
    if (faults.happens('deployed')) at(() => void operators.deploy());
    if (faults.happens('image deleted')) at(() => operators.deleteImage());
    if (faults.happens('bake started by hand')) at(() => operators.bake());
    if (faults.happens('started by a schedule')) at(() => void this.schedules.start());
    const spell = (begin: () => void, end: () => void, most = 4 * HOUR) =>
      at(() => {
        begin();
        this.clock.after(random.spread(60_000, most), end);
      });
    const { ec2, settings, chance } = this.services;
    for (const service of ['S3', 'EC2'] as const) {
      if (!faults.happens(`${service} is down for a while`)) continue;
      spell(
        () => chance.down.add(service),
        () => chance.down.delete(service),
        OUTAGE,
      );
    }
    if (faults.happens('quota used up')) {
      const end = () => Object.assign(ec2, { quota: Number.POSITIVE_INFINITY });
      spell(() => Object.assign(ec2, { quota: random.pick([0, 1, 3]) }), end);
    }
    for (const subnet of settings.subnetIds) {
      for (const type of ['m7i.large', 'm7i.xlarge', 'm7g.large', ...settings.furtherTypes]) {
        const place = `${subnet} ${type}`;
        if (faults.happens('type not offered')) ec2.unsupported.add(place);
        if (faults.happens('subnet without capacity'))
          spell(
            () => ec2.full.add(place),
            () => ec2.full.delete(place),
          );
      }
    }
  }

  /** From now on there is room for everybody. */
  private goWell(): void {
    const { ec2, chance } = this.services;
    chance.down.clear();
    ec2.quota = Number.POSITIVE_INFINITY;
    ec2.full.clear();
    ec2.unsupported.clear();
    if (ec2.images.size === 0) this.operators.bake();
  }

  /** Writes down what is uploaded and what records say, and makes the AMIs of bakes. */
  private watch(): void {
    const { objects, imageBuilder } = this.services;
    const deliver = objects.onCreated;
    objects.onCreated = (version) => {
      this.seen(version);
      deliver(version);
    };
    imageBuilder.onImage = (bake) => this.image(bake);
  }

  private seen(version: ObjectVersion): void {
    const { history, objects } = this.services;
    const { key, versionId, sequencer, time, writer } = version;
    if (key.startsWith('app_runner/input/')) {
      const job = { bucket: BUCKET, key, versionId, sequencer, attempt: 1 };
      const jobId = jobKeys(job)?.jobId ?? '';
      history.add({
        jobId,
        key,
        versionId,
        sequencer,
        time,
        instances: [],
        cancelled: [],
        refusals: new Set(),
        records: [],
      });
      history.note('uploaded', key, versionId, sequencer);
    } else if (key.endsWith('_status.json')) {
      const {
        state = '',
        reason = null,
        attempt = 1,
        instance_id: instanceId = null,
        input_sequencer,
      } = fieldsOf(version);
      const record = { time, writer, state, reason, attempt, instanceId };
      history.upload(input_sequencer ?? '')?.records.push(record);
      history.note('status', key, record, objects.versions(key).length);
    }
  }

  /** An AMI of a bake, and Image Builder's candidate: a copy of a version that AWS does not document. */
  private image({ arn, architecture }: Bake): string {
    const { ec2, templateId } = this.services;
    const id = `ami-0${this.random.hex(16)}`;
    const createTime = new Date(this.clock.now).toISOString();
    const tags = { [BUILD_ARN_TAG]: arn };
    ec2.images.set(id, { id, name: id, rootDir: '/', architecture, createTime, tags });
    const SourceVersion = this.random.pick(['$Default', '$Latest', '1']);
    const input = { LaunchTemplateId: templateId, SourceVersion, LaunchTemplateData: { ImageId: id } };
    ec2.template('CreateLaunchTemplateVersion', input);
    return id;
  }
}

function settingsOf(random: Random): StackSettings {
  return {
    subnetIds: ['subnet-00000001', 'subnet-00000002', 'subnet-00000003'].slice(0, random.pick([1, 2, 3])),
    furtherTypes: random.pick([[], ['m7i-flex.large'], ['m6i.large', 'm7i-flex.large']]),
    launchWait: random.pick([600, 3600, 6 * 3600]),
    maxRunning: random.pick([0, 0, 0, 1, 3]),
    attempts: random.pick([1, 2, 2, 3]),
    timeout: random.pick([600, 1800, 3600]),
    isSpot: random.chance(0.3),
    isVersioned: random.chance(0.9),
    maxReceiveCount: random.pick([1000, 1000, 1000, 5]),
  };
}
