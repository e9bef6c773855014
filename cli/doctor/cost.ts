import { type CostSettings, describeCostBound } from '../../contract/cost-bound';
import { PRICE_TAG } from '../../contract/tags';
import { appValue } from '../settings/settings-of';
import type { Context } from './context';
import { type Finding, ok, skipped } from './finding';

/** The most that a job from the default version costs: what an override has changed counts. */
export async function cost(context: Context): Promise<Finding> {
  const outputs = (await context.stack()).Outputs ?? [];
  const limits = outputs.find(({ OutputKey }) => OutputKey === 'JobLimits')?.OutputValue;
  if (!limits) return skipped('the stack does not say how often a job is started', 'npx cdk deploy');
  const { tags, data } = await context.defaultVersion();
  const [{ Ebs: { VolumeSize: volume_size_gib = 0 } = {} } = {}] = data.BlockDeviceMappings ?? [];
  const { attempts, max_running } = JSON.parse(limits) as Pick<CostSettings, 'attempts' | 'max_running'>;
  const ec2_timeout = appValue('ec2_timeout', tags.ec2_timeout).value;
  const price_per_hour = Number(tags[PRICE_TAG] ?? 0);
  return ok(
    describeCostBound({ ec2_timeout, price_per_hour, volume_size_gib, attempts, max_running }).replace(/\.$/, ''),
  );
}
