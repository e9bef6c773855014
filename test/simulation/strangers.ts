import type { Instance } from './instances';
import { type Services, STACK } from './services';

const WEEKS = 60 * 86_400_000;

/** What is in the same account and bucket and none of this stack's business, although it looks like it. */
export class Strangers {
  private readonly instances: Instance[] = [];
  private readonly keys = ['app_runner/other/guard.json', 'app_runner/output-of-others/may.zip', 'may_status.json'];

  constructor(private readonly services: Services) {}

  /** Instances far past any deadline: of another stack, of another template, and one that a person started by hand. */
  settle(): void {
    const { templateId } = this.services;
    const token = { 'lambda-ec2:job-token': 'a'.repeat(64) };
    this.add({ 'lambda-ec2:stack': 'another', 'aws:ec2launchtemplate:id': 'lt-0123456789abcdef0', ...token });
    this.add({ 'lambda-ec2:stack': STACK, 'aws:ec2launchtemplate:id': 'lt-0123456789abcdef0', ...token });
    this.add({ 'lambda-ec2:stack': STACK, 'aws:ec2launchtemplate:id': templateId });
    for (const key of this.keys) this.services.objects.put(key, 'theirs', 'stranger');
  }

  /** What was touched of it, a sentence each. */
  touched(): string[] {
    const ended = this.instances.filter(({ state }) => state !== 'running').map(({ id }) => `${id} was ended`);
    const changed = this.keys.filter((key) => this.services.objects.current(key)?.writer !== 'stranger');
    return [...ended, ...changed.map((key) => `${key} was changed`)];
  }

  private add(tags: Record<string, string>): void {
    const { ec2, chance } = this.services;
    const instance: Instance = {
      id: `i-0${chance.random.hex(16)}`,
      state: 'running',
      launched: chance.clock.now - WEEKS,
      tags,
      userData: '',
      imageId: 'ami-0123456789abcdef0',
      type: 'm7i.large',
      subnetId: 'subnet-00000001',
      spot: false,
      reason: undefined,
      transition: '',
      seenFrom: 0,
      shown: { state: 'running', until: 0 },
      isNoLongerTagged: false,
      hasLostEvent: false,
    };
    this.instances.push(instance);
    ec2.instances.add(instance);
  }
}
