import { EC2Client } from '@aws-sdk/client-ec2';
import type { InstanceStateChange } from '../../ec2/events';
import type { InstanceHost, LaunchedInstance } from '../../ec2/host';
import { type Ec2Options, Ec2Service } from '../../ec2/service';
import { type Endpoint, startEndpoint } from '../../http/server';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';
export const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };
export const IMAGE = 'ami-0123456789abcdef0';

/** A host whose machines start at once and only end when told, unless a test changes that. */
export class FakeHost implements InstanceHost {
  readonly started: LaunchedInstance[] = [];
  readonly stopped: string[] = [];
  readonly consoles = new Map<string, string>();
  onStart: (instance: LaunchedInstance) => Promise<void> = async () => undefined;

  async start(instance: LaunchedInstance): Promise<void> {
    this.started.push(instance);
    await this.onStart(instance);
  }

  async stop(instanceId: string): Promise<void> {
    this.stopped.push(instanceId);
  }

  async consoleOutput(instanceId: string): Promise<string> {
    return this.consoles.get(instanceId) ?? '';
  }
}

export interface Fixture {
  ec2: Ec2Service;
  client: EC2Client;
  host: FakeHost;
  events: InstanceStateChange[];
  endpoint: Endpoint;
  close(): Promise<void>;
}

/** EC2 behind the real endpoint, with one image, and the SDK's client for it. */
export async function startFixture({ quota }: Pick<Ec2Options, 'quota'> = {}): Promise<Fixture> {
  const host = new FakeHost();
  const events: InstanceStateChange[] = [];
  const onStateChange = (event: InstanceStateChange) => void events.push(event);
  const ec2 = new Ec2Service({ region: REGION, accountId: ACCOUNT, host, quota, onStateChange });
  ec2.addImage({ imageId: IMAGE, name: 'baked', rootDir: '/images/baked' });
  const secretFor = (id: string) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined);
  const endpoint = await startEndpoint({ services: [ec2], keys: { secretFor } });
  const client = new EC2Client({ region: REGION, endpoint: endpoint.url, credentials: KEY, maxAttempts: 1 });
  const close = async () => {
    client.destroy();
    await endpoint.close();
    await ec2.idle();
  };
  return { ec2, client, host, events, endpoint, close };
}

/** Code and HTTP status of the error that a call ends in. */
export async function failure(call: Promise<unknown>): Promise<{ code: string; status?: number; message: string }> {
  const error = (await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  )) as Error & { $metadata?: { httpStatusCode?: number } };
  return { code: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Waits until `check` gives something other than undefined or false. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + 10_000; ; ) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error('it did not happen within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
