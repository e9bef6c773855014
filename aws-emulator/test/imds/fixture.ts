import type { ImdsInstance } from '../../imds/instance';
import { type ImdsOptions, startImds } from '../../imds/server';

const INSTANCE: ImdsInstance = {
  instanceId: 'i-0123456789abcdef0',
  imageId: 'ami-0123456789abcdef0',
  instanceType: 'm6i.large',
  region: 'eu-west-1',
  accountId: '123456789012',
  availabilityZone: 'eu-west-1b',
  privateIpAddress: '172.31.16.10',
  privateDnsName: 'ip-172-31-16-10.eu-west-1.compute.internal',
  launchTime: new Date('2026-11-24T03:00:00.123Z'),
};

export interface TestImds {
  url: string;
  /** GET with a fresh token, or with the headers given. */
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; text: string }>;
  token(ttl?: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startTestImds(changes: Partial<ImdsInstance> = {}, options: ImdsOptions = {}): Promise<TestImds> {
  const { url, close } = await startImds({ ...INSTANCE, ...changes }, options);
  const token = (ttl = '60', headers: Record<string, string> = {}) =>
    fetch(`${url}latest/api/token`, {
      method: 'PUT',
      headers: { 'X-aws-ec2-metadata-token-ttl-seconds': ttl, ...headers },
    });
  const get = async (path: string, headers?: Record<string, string>) => {
    const own = headers ?? { 'X-aws-ec2-metadata-token': await (await token()).text() };
    const response = await fetch(`${url}${path}`, { headers: own });
    return { status: response.status, text: await response.text() };
  };
  return { url, get, token, close };
}
