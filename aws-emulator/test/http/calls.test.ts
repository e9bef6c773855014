import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AccessKeys } from '../../access-keys';
import { startEndpoint } from '../../http/server';
import { CALLS, type Call } from '../../protocol/service';
import { StsService } from '../../sts/service';

test('every call is told, with the role that asks or the user', async () => {
  const keys = new AccessKeys();
  const endpoint = await startEndpoint({ services: [new StsService({ accountId: '000000000000' })], keys });
  const told: string[] = [];
  const listen = (message: unknown) => {
    const { service, operation, request } = message as Call;
    told.push(`${request.caller}: ${service} ${operation}`);
  };
  subscribe(CALLS, listen);
  for (const credentials of [keys, keys.assumeRole('launch')]) {
    const client = new STSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
    await client.send(new GetCallerIdentityCommand({}));
    client.destroy();
  }
  unsubscribe(CALLS, listen);
  await endpoint.close();
  expect(told).toEqual(['user: sts GetCallerIdentity', 'launch: sts GetCallerIdentity']);
});
