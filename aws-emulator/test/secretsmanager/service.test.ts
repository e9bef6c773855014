import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Endpoint } from '../../http/server';
import { SecretsManagerService } from '../../secretsmanager/service';
import { anEndpoint, KEY } from '../http/helpers';

let endpoint: Endpoint;
let secrets: SecretsManagerClient;

beforeEach(async () => {
  endpoint = await anEndpoint([new SecretsManagerService()]);
  const config = { region: 'us-east-1', endpoint: endpoint.url, credentials: KEY, maxAttempts: 1 };
  secrets = new SecretsManagerClient(config);
});
afterEach(async () => {
  secrets.destroy();
  await endpoint.close();
});

const secret = async (SecretId: string, more: object = {}) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;

test('a secret is read by name, by ARN, and by an ARN without its random ending', async () => {
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'team/git', SecretString: 'hunter2' }));
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:team\/git-[0-9a-f]{6}$/);
  for (const id of ['team/git', ARN as string, (ARN as string).slice(0, -7)]) expect(await secret(id)).toBe('hunter2');
});

test('a new value takes the place of the current one', async () => {
  const { VersionId } = await secrets.send(new CreateSecretCommand({ Name: 'git', SecretString: 'old' }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'git', SecretString: 'new' }));
  expect(await secret('git')).toBe('new');
  expect(await secret('git', { VersionStage: 'AWSCURRENT' })).toBe('new');
  await expect(secret('git', { VersionId })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('binary secrets come back as they were', async () => {
  const SecretBinary = Buffer.from([0, 255, 10]);
  await secrets.send(new CreateSecretCommand({ Name: 'key', SecretBinary }));
  const read = await secrets.send(new GetSecretValueCommand({ SecretId: 'key' }));
  expect(Buffer.from(read.SecretBinary as Uint8Array)).toEqual(SecretBinary);
});

test('errors are those of Secrets Manager', async () => {
  const create = () => secrets.send(new CreateSecretCommand({ Name: 'git', SecretString: 'x' }));
  await expect(secret('none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await create();
  await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' });
  const both = { SecretId: 'git', SecretString: 'x', SecretBinary: Buffer.from('x') };
  await expect(secrets.send(new PutSecretValueCommand(both))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
  await expect(secret('git', { VersionStage: 'AWSPREVIOUS' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a secret is described without its value', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'git', SecretString: 'hunter2' }));
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'git' }));
  expect(described).toMatchObject({ Name: 'git', CreatedDate: expect.any(Date) });
  expect(JSON.stringify(described)).not.toContain('hunter2');
});
