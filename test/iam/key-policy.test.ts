import { ACCOUNT, arn, iamArn } from './account';
import type { Ask } from './asks';

import { KEY_POLICY } from './key-policy';
import { decideBy } from './simulate';

// The key policy of docs/operating.md: what the services need that have no policy of this account's. That of log_kms_key_arn is not
// here, because the simulator does not know the condition key kms:EncryptionContext:NAME.

const KEY = arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab');
const OTHER_ACCOUNT = '444455556666';
const IMAGE_BUILDER = iamArn('role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder');

const asks = (actions: readonly string[], context?: Ask['context']): Ask[] =>
  actions.map((action) => ({ action: `kms:${action}`, resource: KEY, context }));
async function allowed(principal: string, asked: readonly Ask[]): Promise<string[]> {
  const found = asked.map(async (ask) => {
    const isAllowed = await decideBy(KEY_POLICY, { arn: principal, policies: [] }, ask);
    return isAllowed ? [ask.action.replace('kms:', '')] : [];
  });
  return (await Promise.all(found)).flat();
}

/** "Configuring KMS permissions for AWS services", SQS Developer Guide: S3 sends to a queue that is encrypted. */
const SEND = ['GenerateDataKey', 'Decrypt'];
/** "How Amazon EBS uses AWS KMS", and "Encrypted AMI distribution", Image Builder User Guide. */
const BAKE = ['DescribeKey', 'CreateGrant', 'Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey'];
const BAKE_TOO = ['GenerateDataKeyWithoutPlaintext'];

test('S3 may use the key for this account and for no other', async () => {
  const send = (account: string) => asks(SEND, { 'aws:SourceAccount': account });
  expect(await allowed('s3.amazonaws.com', send(ACCOUNT))).toEqual(SEND);
  expect(await allowed('s3.amazonaws.com', send(OTHER_ACCOUNT))).toEqual([]);
  expect(await allowed('sns.amazonaws.com', send(ACCOUNT))).toEqual([]);
});

test('Image Builder may encrypt an image, and neither it nor a role without a policy may do more', async () => {
  expect(await allowed(IMAGE_BUILDER, asks([...BAKE, ...BAKE_TOO]))).toEqual([...BAKE, ...BAKE_TOO]);
  const administration = ['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey'];
  expect(await allowed(IMAGE_BUILDER, asks(administration))).toEqual([]);
  expect(await allowed(iamArn('role/other'), asks([...BAKE, ...administration]))).toEqual([]);
  expect(await allowed(`arn:aws:iam::${OTHER_ACCOUNT}:role/other`, asks(BAKE))).toEqual([]);
});
