import fc from 'fast-check';
import { architectureOf } from '../../../contract/instance-types';
import type { Incoming } from '../../../lambda/publish/decide';
import { COPIES, type Copies, type Crash, TemplateWorld } from './template-world';

/** One thing that happens. Numbers pick among what there is at that moment. */
type Step =
  | { kind: 'deploy'; recipe: boolean; architecture: boolean }
  | { kind: 'fail-deploy'; rebake: boolean }
  | { kind: 'bake'; source: '$Default' | '$Latest' | '1'; good: boolean; candidate: boolean }
  | { kind: 'lose'; pick: number }
  | { kind: 'deliver'; pick: number; crash?: Crash }
  | { kind: 'again'; pick: number }
  | { kind: 'override'; image: 'same' | 'own' | 'missing'; settings: boolean; makeDefault: boolean }
  | { kind: 'move'; pick: number }
  | { kind: 'delete-image'; pick: number }
  | { kind: 'schedule' };

const crash = fc.option(fc.record({ atWrite: fc.integer({ min: 1, max: 3 }), after: fc.boolean() }), {
  nil: undefined,
});
const pick = fc.nat({ max: 1_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('deploy' as const),
      recipe: fc.boolean(),
      architecture: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail-deploy' as const), rebake: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('bake' as const),
      source: fc.constantFrom('$Default' as const, '$Latest' as const, '1' as const),
      good: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      candidate: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), pick }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick, crash }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('again' as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('override' as const),
      image: fc.constantFrom('same' as const, 'own' as const, 'missing' as const),
      settings: fc.boolean(),
      makeDefault: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-image' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('schedule' as const) }) },
);

/**
 * What the rule demands, told without versions: who set the settings last, and which AMI belongs to them.
 *
 * An event counts when its delivery succeeds, or has taken effect although the publisher died. What is delivered again
 * after an operator has moved the default counts as new (decide.ts says so), so the histories repeat only what no
 * operator has answered since.
 */
class History {
  readonly world: TemplateWorld;
  settings = 's1';
  image: string | undefined;
  /** The version in which settings were first written. */
  private readonly written = new Map([['s1', 1]]);
  private readonly pending: Incoming[] = [];
  private repeatable: Incoming[] = [];
  private names = 1;
  /** CloudFormation's present settings and recipe, those before, and the numbers of their versions. */
  private stack = { settings: 's1', version: 1, recipe: 0 };
  private before = this.stack;
  private recipes = 0;
  /** What stood before a deploy took effect, by its version. */
  private readonly replaced = new Map<number, { settings: string; image: string | undefined }>();

  constructor(private readonly copies: Copies) {
    this.world = new TemplateWorld('s1', copies);
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'deploy':
        return this.deploy(one.recipe, one.architecture);
      case 'fail-deploy':
        return this.failDeploy(one.rebake);
      case 'bake': {
        const status = one.good ? 'AVAILABLE' : 'FAILED';
        const imageId = this.world.bake(one.source, { candidate: one.candidate, status });
        if (one.good) this.pending.push({ origin: 'bake', imageId });
        else if (!one.candidate) this.world.deleteImage(imageId);
        return;
      }
      case 'lose': {
        const bakes = this.pending.filter(({ origin }) => origin === 'bake');
        const lost = bakes[one.pick % bakes.length];
        if (lost) this.pending.splice(this.pending.indexOf(lost), 1);
        return;
      }
      case 'deliver':
        if (this.pending.length > 0) await this.deliver(one.pick % this.pending.length, one.crash);
        return;
      case 'again':
        if (this.repeatable.length > 0)
          await this.publish(this.repeatable[one.pick % this.repeatable.length] as Incoming);
        return;
      case 'override':
        return this.override(one);
      case 'move': {
        const { versions } = await this.world.state();
        const { number, data } = versions[one.pick % versions.length] ?? { number: 1, data: {} };
        if (!this.isUnanswered(data.InstanceType)) await this.moveDefault(number);
        return;
      }
      case 'delete-image': {
        const ids = [...(await this.world.state()).images.keys()];
        if (ids.length > 0) this.world.deleteImage(ids[one.pick % ids.length] as string);
        return;
      }
      case 'schedule':
        return this.schedule();
    }
  }

  /** Everything that was under way arrives, and the schedule comes round. */
  async handleAll(): Promise<void> {
    while (this.pending.length > 0) await this.deliver(this.pending.length - 1);
    await this.schedule();
  }

  /** The hourly event: also publishes the newest bake when nobody has handled it. */
  private async schedule(): Promise<void> {
    const missed = this.world.missedBake();
    await this.world.schedule();
    if (missed) this.countBake(missed);
    await this.replaceLostImage();
  }

  /** CloudFormation does one thing at a time: its last request is answered before the next deploy begins. */
  private async answerStack(): Promise<void> {
    const index = this.pending.findIndex(({ origin }) => origin === 'deploy' || origin === 'rollback');
    if (index >= 0) await this.deliver(index);
  }

  private async deploy(newRecipe: boolean, otherArchitecture: boolean): Promise<void> {
    await this.answerStack();
    this.before = this.stack;
    const isArm = isArm64(this.before.settings) !== otherArchitecture;
    const settings = this.newSettings(isArm);
    const version = this.world.deploy(settings);
    const recipe = newRecipe || otherArchitecture ? ++this.recipes : this.stack.recipe;
    this.stack = { settings, version, recipe };
    this.bakeNewRecipe();
    this.written.set(settings, version);
    this.pending.push({ origin: 'deploy', version, previous: this.before.version });
  }

  /** The deploy fails, before or after its request was answered, and CloudFormation writes its old template again. */
  private async failDeploy(rebake: boolean): Promise<void> {
    if (this.stack === this.before) return;
    const index = this.pending.findIndex(({ origin }) => origin === 'deploy');
    if (index >= 0) this.pending.splice(index, 1);
    this.repeatable = this.repeatable.filter(({ origin }) => origin === 'bake');
    const undoes = this.stack.version;
    const version = this.world.deploy(this.before.settings);
    this.stack = { ...this.before, version };
    this.before = this.stack;
    this.bakeNewRecipe(rebake);
    this.pending.push({ origin: 'rollback', version, undoes });
  }

  /** Another recipe is baked at once, also when it is one from before that comes back. */
  private bakeNewRecipe(good = true): void {
    if (this.world.recipe === this.stack.recipe) return;
    this.world.recipe = this.stack.recipe;
    this.world.baked = { architecture: architectureOf(this.stack.settings) };
    const imageId = this.world.bake('$Latest', { status: good ? 'AVAILABLE' : 'FAILED' });
    if (good) this.pending.push({ origin: 'bake', imageId });
  }

  private async deliver(index: number, crash?: Crash): Promise<void> {
    const incoming = this.pending[index] as Incoming;
    const isNews = this.isNews(incoming);
    const { versions } = await this.world.state();
    const isDone = await this.world.publish(incoming, crash);
    // One try is enough, in whatever words EC2 tells what was written.
    expect((await this.world.state()).versions.length - versions.length).toBeLessThanOrEqual(1);
    if (!isDone) {
      // It may have died after its work, and its event may be lost now.
      if (await this.hasTakenEffect(incoming)) await this.count(incoming);
      // Or with half of it done, which an operator may finish.
      else if (incoming.origin === 'deploy' && (await this.world.state()).versions.length > versions.length) {
        this.replaced.set(incoming.version, { settings: this.settings, image: this.image });
      }
      return this.replaceLostImage();
    }
    this.pending.splice(index, 1);
    if (isNews) await this.count(incoming);
    await this.replaceLostImage();
    // A bake that was passed over would count once its recipe has come back.
    const passedOver = incoming.origin === 'bake' && !this.world.isOfRecipe(incoming.imageId);
    if (incoming.origin !== 'rollback' && !passedOver) this.repeatable.push(incoming);
  }

  private async hasTakenEffect(incoming: Incoming): Promise<boolean> {
    const { settings, image } = await this.world.default();
    if (incoming.origin === 'bake') return image === incoming.imageId;
    if (incoming.origin === 'deploy') return this.written.get(settings) === incoming.version;
    return incoming.origin === 'rollback' && this.written.get(settings) !== incoming.undoes;
  }

  private async publish(incoming: Incoming): Promise<void> {
    const isNews = this.isNews(incoming);
    await this.world.publish(incoming);
    if (isNews) await this.count(incoming);
    await this.replaceLostImage();
  }

  /** A bake counts once: the schedule may have handled it before its event arrives. */
  private isNews(incoming: Incoming): boolean {
    return incoming.origin !== 'bake' || !this.world.isHandled(incoming.imageId);
  }

  private async count(incoming: Incoming): Promise<void> {
    if (incoming.origin === 'bake') this.countBake(incoming.imageId);
    if (incoming.origin === 'deploy') await this.countDeploy(incoming.version);
    if (incoming.origin === 'rollback') this.countRollback(incoming.undoes);
  }

  /** Settings whose image is gone, or of another architecture, get one that suits, as soon as the publisher notices. */
  private async replaceLostImage(): Promise<void> {
    if (this.world.boots(this.image, this.settings)) return;
    const { image, launchable } = await this.world.default();
    if (launchable) expect(image).toBe(await this.world.replacementFor(this.settings));
    this.image = image;
  }

  private countBake(imageId: string): void {
    if (!this.world.boots(imageId, this.settings) || !this.world.isOfRecipe(imageId)) return;
    const present = this.world.boots(this.image, this.settings) ? this.world.bakeNumber(this.image) : undefined;
    if (present === undefined || (this.world.bakeNumber(imageId) ?? 0) >= present) this.image = imageId;
  }

  private async countDeploy(version: number): Promise<void> {
    const settings = [...this.written].find(([, number]) => number === version)?.[0];
    if (settings === undefined || settings === this.settings) return;
    if ((this.written.get(this.settings) ?? 0) > version) return;
    this.replaced.set(version, { settings: this.settings, image: this.image });
    this.settings = settings;
  }

  private countRollback(undoes: number): void {
    if (this.written.get(this.settings) !== undoes) return;
    const { settings, image } = this.replaced.get(undoes) ?? { settings: this.stack.settings, image: undefined };
    // Nothing was published for the settings before it while the deploy had the other architecture's images.
    if (isArm64(settings) !== isArm64(this.settings)) this.image = image;
    this.settings = settings;
  }

  private async override({ image, settings, makeDefault }: Extract<Step, { kind: 'override' }>): Promise<void> {
    // What EC2 tells in other words than its source nobody can tell from settings of the operator's own.
    const own = settings || this.copies !== 'are exact';
    const name = own ? this.newSettings(isArm64(this.settings)) : undefined;
    if (!name && image === 'same') return;
    const architecture = architectureOf(this.settings);
    const imageId = image === 'same' ? undefined : this.world.newImage(undefined, { architecture });
    if (imageId && image === 'missing') this.world.deleteImage(imageId);
    const number = this.world.operatorVersion(name, imageId);
    if (name) this.written.set(name, number);
    if (makeDefault) await this.moveDefault(number);
  }

  private async moveDefault(number: number): Promise<void> {
    this.world.moveDefault(number);
    const { data } = await this.world.version(number);
    this.settings = data.InstanceType ?? '';
    this.image = data.ImageId;
    this.repeatable = [];
  }

  /** Settings of a deploy that is still to be answered: an operator who picks them up has no quarrel with it. */
  private isUnanswered(settings: string | undefined): boolean {
    return this.pending.some((one) => one.origin === 'deploy' && one.version === this.written.get(settings ?? ''));
  }

  /** An instance type, by whose name EC2 tells the architecture. */
  private newSettings(isArm: boolean): string {
    return `s${++this.names}${isArm ? 'g' : ''}`;
  }
}

function isArm64(settings: string): boolean {
  return architectureOf(settings) === 'arm64';
}

/** Plays a history to its end, which must be what the rule demands and stay so. */
async function play(steps: Step[], copies: Copies = 'are exact'): Promise<void> {
  const history = new History(copies);
  try {
    for (const one of steps) await history.take(one);
    await history.handleAll();
    const end = await history.world.default();
    const launchable = history.world.boots(history.image, history.settings);
    expect({ settings: end.settings, launchable: end.launchable }).toEqual({ settings: history.settings, launchable });
    if (launchable) expect(end.image).toBe(history.image);
    else expect(await history.world.replacementFor(history.settings)).toBeUndefined();
    // What is delivered once more has nothing left to do.
    const { versions } = await history.world.state();
    await history.take({ kind: 'again', pick: 0 });
    await history.take({ kind: 'schedule' });
    expect(await history.world.default()).toEqual(end);
    expect((await history.world.state()).versions).toHaveLength(versions.length);
  } finally {
  }
}

const bake: Step = { kind: 'bake', source: '$Default', good: true, candidate: false };
const deliver: Step = { kind: 'deliver', pick: 0 };
const otherArchitecture: Step = { kind: 'deploy', recipe: false, architecture: true };
/** The request of a deploy whose new recipe is baked, delivered to a publisher that dies. */
const dies: Step = { kind: 'deliver', pick: 1, crash: { atWrite: 1, after: true } };
const failDeploy: Step = { kind: 'fail-deploy', rebake: false };

test('a deploy of another architecture is taken back with the image before it, though the bake of its roll-back fails', async () => {
  await play([bake, deliver, otherArchitecture, dies, dies, failDeploy]);
});

test('a deploy of another architecture is taken back with the older image that an operator had chosen before it', async () => {
  // The newest version but one has the first image.
  const chooseOlder: Step = { kind: 'move', pick: 1 };
  await play([bake, deliver, bake, deliver, chooseOlder, otherArchitecture, { kind: 'deliver', pick: 1 }, failDeploy]);
});

test.each(Object.keys(COPIES) as Copies[])(
  'where copies %s, every history ends in a launchable default: the last settings written, with the AMI of the last good bake',
  async (copies) => {
    const steps = fc.array(step, { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, (history) => play(history, copies)),
      { numRuns: 200 },
    );
  },
);
