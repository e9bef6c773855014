import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Endpoint, startEndpoint } from '../../http/server';
import { parameterStoreService } from '../../secrets/parameter-store';
import { secretsManagerService } from '../../secrets/secrets-manager';

const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };

let endpoint: Endpoint;
let secrets: SecretsManagerClient;
let ssm: SSMClient;

beforeEach(async () => {
  endpoint = await startEndpoint({
    services: [secretsManagerService(), parameterStoreService()],
    keys: { secretFor: (id) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined) },
  });
  const config = { region: 'us-east-1', endpoint: endpoint.url, credentials: KEY, maxAttempts: 1 };
  secrets = new SecretsManagerClient(config);
  ssm = new SSMClient(config);
});
afterEach(async () => {
  secrets.destroy();
  ssm.destroy();
  await endpoint.close();
});

const secret = async (SecretId: string, more: object = {}) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;
const parameter = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: Error) => error.name,
  );

test('a secret is read by name, by ARN, and by an ARN without its random ending', async () => {
  const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'team/git', SecretString: 'hunter2' }));
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:team\/git-[0-9a-f]{6}$/);
  for (const id of ['team/git', ARN as string, (ARN as string).slice(0, -7)]) expect(await secret(id)).toBe('hunter2');
});

test('a new value takes the place of the current one, which stays readable as the previous', async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'git', SecretString: 'old' }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'git', SecretString: 'new' }));
  expect(await secret('git')).toBe('new');
  expect(await secret('git', { VersionStage: 'AWSPREVIOUS' })).toBe('old');
});

test('binary secrets come back as they were', async () => {
  const SecretBinary = Buffer.from([0, 255, 10]);
  await secrets.send(new CreateSecretCommand({ Name: 'key', SecretBinary }));
  const read = await secrets.send(new GetSecretValueCommand({ SecretId: 'key' }));
  expect(Buffer.from(read.SecretBinary as Uint8Array)).toEqual(SecretBinary);
});

test('a SecureString shows its value only when decryption is asked for', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/team/token', Value: 'hunter2', Type: 'SecureString' }));
  expect(await parameter('/team/token', true)).toMatchObject({ Value: 'hunter2', Type: 'SecureString', Version: 1 });
  expect((await parameter('/team/token'))?.Value).not.toContain('hunter2');
});

test('a parameter is overwritten only on request, and its versions stay', async () => {
  const put = (Value: string, Overwrite?: boolean) =>
    ssm.send(new PutParameterCommand({ Name: '/ami', Value, Type: 'String', Overwrite }));
  await put('one');
  expect(await codeOf(put('two'))).toBe('ParameterAlreadyExists');
  expect((await put('two', true)).Version).toBe(2);
  expect((await parameter('/ami'))?.Value).toBe('two');
  expect((await parameter('/ami:1'))?.Value).toBe('one');
});

test('errors are those of the services', async () => {
  expect(await codeOf(secret('none'))).toBe('ResourceNotFoundException');
  expect(await codeOf(parameter('/none'))).toBe('ParameterNotFound');
  await secrets.send(new CreateSecretCommand({ Name: 'git', SecretString: 'x' }));
  expect(await codeOf(secrets.send(new CreateSecretCommand({ Name: 'git', SecretString: 'x' })))).toBe(
    'ResourceExistsException',
  );
  const both = { SecretId: 'git', SecretString: 'x', SecretBinary: Buffer.from('x') };
  expect(await codeOf(secrets.send(new PutSecretValueCommand(both)))).toBe('InvalidRequestException');
  const long = { Name: '/long', Value: 'x'.repeat(4097), Type: 'String' as const };
  expect(await codeOf(ssm.send(new PutParameterCommand(long)))).toBe('ValidationException');
});
