import { paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import type { ClientSettings } from '../shared/aws-client';
import type { Context } from './context';
import { type Finding, ok, problem, skipped } from './finding';

const STANDARD = { onDemand: 'L-1216C47A', spot: 'L-34B43A08' };
const GRAPHICS = { onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' };

/**
 * The quotas on vCPUs by the letters that an instance family begins with; every other family is a standard one. The
 * codes are those of the Service Quotas console for EC2 ("Amazon EC2 service quotas" and "Spot Instance quotas", EC2
 * User Guide: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html).
 */
const QUOTAS: Readonly<Record<string, { onDemand: string; spot?: string }>> = {
  dl: { onDemand: 'L-6E869C2A', spot: 'L-85EED4F7' },
  f: { onDemand: 'L-74FC7D96', spot: 'L-88CF9481' },
  g: GRAPHICS,
  gr: GRAPHICS,
  vt: GRAPHICS,
  hpc: { onDemand: 'L-F7808C92' },
  inf: { onDemand: 'L-1945791B', spot: 'L-B5D1601B' },
  p: { onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
  trn: { onDemand: 'L-2C3B7624', spot: 'L-6B0D517C' },
  u: { onDemand: 'L-43DA4232' },
  x: { onDemand: 'L-7295265B', spot: 'L-E3A00192' },
};

/** The code of the quota that an instance type counts against; undefined when Spot has none for it. */
export function quotaCode(instanceType: string, isSpot: boolean): string | undefined {
  const family = /^[a-z]+/.exec(instanceType)?.[0] ?? '';
  const { onDemand, spot } = QUOTAS[family] ?? STANDARD;
  return isSpot ? spot : onDemand;
}

/** Whether the account may run an instance of the default version's type, and how many at a time. */
export async function quota(context: Context): Promise<Finding> {
  const { data } = await context.defaultVersion();
  const { InstanceType, InstanceMarketOptions } = data;
  const code = quotaCode(InstanceType ?? '', InstanceMarketOptions?.MarketType === 'spot');
  if (!InstanceType || !code) return skipped('the default version names no instance type with a quota of its own');
  const { client } = await context.system();
  const [needed, most] = await Promise.all([vcpusOf(context, InstanceType), quotaValue(client, 'ec2', code)]);
  if (needed === undefined)
    return problem(`EC2 has no ${InstanceType} in this Region`, context.line('settings', 'set', 'instance_type=...'));
  const found = `${most} vCPUs, and ${InstanceType} has ${needed}`;
  if (most < needed) return problem(`${found}: jobs wait`, askFor(code));
  return ok(`${found}: ${Math.floor(most / needed)} at a time`);
}

async function vcpusOf(context: Context, type: string): Promise<number | undefined> {
  const ec2 = await context.ec2();
  // Asked by filter: naming a type that the Region does not have would be an error.
  const Filters = [{ Name: 'instance-type', Values: [type] }];
  for await (const { InstanceTypes: [found] = [] } of paginateDescribeInstanceTypes({ client: ec2 }, { Filters })) {
    if (found) return found.VCpuInfo?.DefaultVCpus;
  }
  return undefined;
}

/** The value of a quota of the account. One that never asked for another value may have none of its own. */
export async function quotaValue(client: ClientSettings, ServiceCode: string, QuotaCode: string): Promise<number> {
  const quotas = new ServiceQuotasClient(client);
  const which = { ServiceCode, QuotaCode };
  try {
    return (await quotas.send(new GetServiceQuotaCommand(which))).Quota?.Value ?? 0;
  } catch (error) {
    if ((error as Error).name !== 'NoSuchResourceException') throw error;
    return (await quotas.send(new GetAWSDefaultServiceQuotaCommand(which))).Quota?.Value ?? 0;
  }
}

const askFor = (code: string) => `ask for a higher quota ${code} ("EC2") in the Service Quotas console`;
