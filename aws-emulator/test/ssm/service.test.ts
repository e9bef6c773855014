import { DescribeParametersCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Endpoint } from '../../http/server';
import { SsmService } from '../../ssm/service';
import { anEndpoint, KEY } from '../http/helpers';

let endpoint: Endpoint;
let ssm: SSMClient;

beforeEach(async () => {
  endpoint = await anEndpoint([new SsmService()]);
  ssm = new SSMClient({ region: 'us-east-1', endpoint: endpoint.url, credentials: KEY, maxAttempts: 1 });
});
afterEach(async () => {
  ssm.destroy();
  await endpoint.close();
});

const parameter = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

test('a SecureString shows its value only when decryption is asked for', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/team/token', Value: 'hunter2', Type: 'SecureString' }));
  expect(await parameter('/team/token', true)).toMatchObject({ Value: 'hunter2', Type: 'SecureString', Version: 1 });
  expect((await parameter('/team/token'))?.Value).not.toContain('hunter2');
});

test('a parameter is overwritten only on request, and its versions stay', async () => {
  const put = (Value: string, Overwrite?: boolean) =>
    ssm.send(new PutParameterCommand({ Name: '/ami', Value, Type: 'String', Overwrite }));
  await put('one');
  await expect(put('two')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  expect((await put('two', true)).Version).toBe(2);
  expect((await parameter('/ami'))?.Value).toBe('two');
  expect((await parameter('/ami:1'))?.Value).toBe('one');
});

test('a parameter is read by its ARN as well', async () => {
  await ssm.send(new PutParameterCommand({ Name: 'plain', Value: 'x', Type: 'String' }));
  const { ARN = '', LastModifiedDate } = (await parameter('plain')) ?? {};
  expect(ARN).toBe('arn:aws:ssm:us-east-1:000000000000:parameter/plain');
  expect(LastModifiedDate).toBeInstanceOf(Date);
  expect(await parameter(`${ARN}:1`)).toMatchObject({ Name: 'plain', Value: 'x' });
});

test('errors are those of Parameter Store', async () => {
  await expect(parameter('/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  const put = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String' as const }));
  await expect(put('/long', 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(put('no/root', 'x')).rejects.toMatchObject({ name: 'ValidationException' });
  await put('/a', 'x');
  await expect(parameter('/a:2')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
});

test('a parameter is described by its name, without its value', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/git', Value: 'hunter2', Type: 'SecureString' }));
  const describe = async (Key: string, Values: string[]) =>
    (await ssm.send(new DescribeParametersCommand({ ParameterFilters: [{ Key, Option: 'Equals', Values }] })))
      .Parameters;
  const described = await describe('Name', ['/git', '/none']);
  expect(described).toEqual([expect.objectContaining({ Name: '/git', Type: 'SecureString', Version: 1 })]);
  expect(JSON.stringify(described)).not.toContain('hunter2');
  await expect(describe('Type', ['String'])).rejects.toMatchObject({ name: 'ValidationException' });
});
