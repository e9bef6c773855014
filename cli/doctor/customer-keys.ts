import { demandsOfTags, KEY_ARN } from '../../contract/bucket-demands';
import { isAwsEbsKey } from '../../contract/volume-key';
import type { DefaultVersion } from './default-version';

/** The key of an instance's volume, when it is a customer's. */
export function volumeKeyOf({ data }: Pick<DefaultVersion, 'data'>): string | undefined {
  const key = data.BlockDeviceMappings?.map(({ Ebs }) => Ebs?.KmsKeyId).find((id) => id);
  return isAwsEbsKey(key) ? undefined : key;
}

/** The customer's keys that the stack knows: those of volumes and of what is written into the bucket. */
export function customerKeys(version: Pick<DefaultVersion, 'data' | 'tags'>): string[] {
  const { encryption } = demandsOfTags(version.tags);
  const keys = [volumeKeyOf(version), KEY_ARN.test(encryption) ? encryption : undefined];
  return [...new Set(keys.flatMap((key) => key ?? []))];
}
