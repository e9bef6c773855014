import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AccessKeys } from '../../access-keys';
import { startEndpoint } from '../../http/server';
import { StsService } from '../../sts/service';

const ACCOUNT = '000000000000';

test('a caller is told who he is: the user, or a role with temporary credentials', async () => {
  const keys = new AccessKeys();
  const endpoint = await startEndpoint({ services: [new StsService({ accountId: ACCOUNT })], keys });
  const role = keys.assumeRole();
  const identities = [keys, role].map((credentials) => {
    const client = new STSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
    return client.send(new GetCallerIdentityCommand({})).finally(() => client.destroy());
  });

  expect(await Promise.all(identities)).toMatchObject([
    { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/local`, UserId: expect.stringMatching(/^AIDA/) },
    { Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/local/${role.accessKeyId}` },
  ]);
  await endpoint.close();
});

test('a role is given to who asks, with an MFA device only for a code', async () => {
  const keys = new AccessKeys();
  const sts = new StsService({ accountId: ACCOUNT, assumeRole: () => keys.assumeRole() });
  const endpoint = await startEndpoint({ services: [sts], keys });
  const client = new STSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials: keys });
  const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/jobs`, RoleSessionName: 'me' };
  const withDevice = { ...role, SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/me` };
  const { Credentials, AssumedRoleUser } = await client.send(new AssumeRoleCommand(role));
  expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/jobs/me`);
  expect(keys.secretFor(Credentials?.AccessKeyId as string, Credentials?.SessionToken)).toBe(
    Credentials?.SecretAccessKey,
  );
  await expect(client.send(new AssumeRoleCommand(withDevice))).rejects.toMatchObject({ name: 'AccessDenied' });
  await client.send(new AssumeRoleCommand({ ...withDevice, TokenCode: '123456' }));
  client.destroy();
  await endpoint.close();
});
