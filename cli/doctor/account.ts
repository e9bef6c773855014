import { GetEbsDefaultKmsKeyIdCommand, GetInstanceMetadataDefaultsCommand } from '@aws-sdk/client-ec2';
import { isAwsEbsKey } from '../../contract/volume-key';
import type { Context } from './context';
import { type Finding, ok, problem, skipped } from './finding';

/**
 * The defaults of the account in this Region that reach into launches and bakes: the key of new volumes, where somebody
 * wrote a version that encrypts without naming one, and the instance metadata, of which the template names all and a bake
 * only some.
 */
export async function accountDefaults(context: Context): Promise<Finding> {
  const ec2 = await context.ec2();
  const [{ KmsKeyId: key = '' }, metadata] = await Promise.all([
    ec2.send(new GetEbsDefaultKmsKeyIdCommand({})),
    ec2.send(new GetInstanceMetadataDefaultsCommand({})),
  ]);
  if (metadata.AccountLevel?.HttpEndpoint === 'disabled') {
    const fix = 'EC2 console, "Data protection and security", "IMDS defaults": enable the instance metadata service';
    return problem('the account switches the instance metadata off by default: bakes cannot work', fix);
  }
  const { data } = await context.defaultVersion();
  const own = data.BlockDeviceMappings?.some(({ Ebs }) => Ebs?.KmsKeyId);
  if (own || key === '' || isAwsEbsKey(key))
    return ok('new volumes and the instance metadata are as launches need them');
  return skipped(
    `new volumes get the key ${key}, and whether the launch function may use it only a job shows`,
    `${context.line('verify')}; if it ends as LAUNCH_REFUSED: docs/operating.md, "Your own KMS key"`,
  );
}
