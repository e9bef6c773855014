/**
 * AWS's own key for EBS volumes, named also where the settings name none: a volume that is to be encrypted without a key
 * gets the account's default, which may be a customer's that nobody here may use (EBS User Guide, "Amazon EBS encryption
 * by default").
 */
export const AWS_EBS_KEY = 'alias/aws/ebs';

/** Whether a key, in whichever words EC2 tells it, is that one; nothing stands for the account's default. */
export function isAwsEbsKey(key: string | undefined): boolean {
  return key?.endsWith(AWS_EBS_KEY) ?? false;
}
