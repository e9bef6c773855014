import { type Endpoint, startEndpoint } from '../../http/server';
import type { ServiceRequest } from '../../http/types';
import { OUTSIDE_CLIENTS } from '../clients/ec2-clients';
import { startTestImds, type TestImds } from './fixture';

const ROLE = { accessKeyId: 'ASIALOCALROLE', secretAccessKey: 'role-secret', sessionToken: 'role/session+token==' };

/** Answers every action with an empty DescribeInstances, and remembers whose signature it was let in with. */
class EchoService {
  readonly name = 'ec2';
  readonly callers: string[] = [];

  async handle({ res, accessKeyId }: ServiceRequest): Promise<void> {
    this.callers.push(accessKeyId);
    res.end('<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>');
  }
}

describe('the credentials of the instance role', () => {
  let imds: TestImds;
  let endpoint: Endpoint;
  let echo: EchoService;
  let asked: number;

  beforeEach(async () => {
    asked = 0;
    imds = await startTestImds({
      role: {
        name: 'runner',
        instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/runner',
        credentials: () => {
          asked += 1;
          return { ...ROLE, expiration: new Date(Date.now() + 6 * 3_600_000) };
        },
      },
    });
    echo = new EchoService();
    const secretFor = (id: string, token?: string) =>
      id === ROLE.accessKeyId && token === ROLE.sessionToken ? ROLE.secretAccessKey : undefined;
    endpoint = await startEndpoint({ services: [echo], keys: { secretFor } });
  });
  afterEach(async () => {
    await imds.close();
    await endpoint.close();
  });

  it('are listed under the role and made anew at each request', async () => {
    expect((await imds.get('latest/meta-data/iam/security-credentials/')).text).toBe('runner');
    const read = async () => JSON.parse((await imds.get('latest/meta-data/iam/security-credentials/runner')).text);
    expect(await read()).toMatchObject({
      Code: 'Success',
      Type: 'AWS-HMAC',
      AccessKeyId: ROLE.accessKeyId,
      SecretAccessKey: ROLE.secretAccessKey,
      Token: ROLE.sessionToken,
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    await read();
    expect(asked).toBe(2);
    expect(JSON.parse((await imds.get('latest/meta-data/iam/info')).text)).toMatchObject({
      InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/runner',
    });
  });

  it.each(OUTSIDE_CLIENTS)('are found and used by %s', async (_name, client) => {
    await client(
      'DescribeInstances',
      {},
      {
        AWS_ENDPOINT_URL: endpoint.url,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url,
        AWS_REGION: 'eu-west-1',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_EC2_METADATA_V1_DISABLED: 'true',
      },
    );
    expect(echo.callers).toEqual([ROLE.accessKeyId]);
    expect(asked).toBeGreaterThan(0);
  });
});
