import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
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
