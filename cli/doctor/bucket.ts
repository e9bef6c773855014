import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { outputKeys } from '../../contract/keys';
import { deniedByPolicy } from './bucket-policy';
import type { Context } from './context';
import { failedLook } from './failed-look';
import { type Finding, ok, problem, unknown } from './finding';

const OWN_BUCKET = 'docs/operating.md, "An existing bucket"';
/** What S3 says where nothing is configured. */
const NOTHING = new Set([
  'NoSuchBucketPolicy',
  'ObjectLockConfigurationNotFoundError',
  'OwnershipControlsNotFoundError',
  'ServerSideEncryptionConfigurationNotFoundError',
]);

/**
 * Whether the instances can write to the bucket as they do: without headers for encryption, ACL or retention, each
 * object with a SHA-256 checksum, the logs again and again under one key.
 */
export async function bucketWritable(context: Context): Promise<Finding> {
  const { bucket: Bucket, isLocal } = await context.system();
  const s3 = await context.s3();
  await s3.send(new HeadBucketCommand({ Bucket }));
  if (isLocal) return ok(`${Bucket} is there`);
  const looks = Object.entries({ versioning, policy, encryption, 'Object Lock': lock, ownership });
  const found = await Promise.all(
    looks.map(([name, look]) => look(s3, context).catch((thrown) => unseen(name, thrown, context))),
  );
  const faults = found.filter((one) => one !== undefined);
  if (faults.length === 0) return ok(`${Bucket} is versioned and takes what instances write`);
  const fixes = [...new Set(faults.map(({ fix }) => fix))].join('; ');
  const finding = faults.every(({ isUnknown }) => isUnknown) ? unknown : problem;
  return finding(`${Bucket}: ${faults.map(({ why }) => why).join('; ')}`, fixes);
}

interface Fault {
  why: string;
  fix: string;
  /** It could not be looked at: what the other looks find counts all the same. */
  isUnknown?: boolean;
}

type Look = (s3: S3Client, context: Context) => Promise<Fault | undefined>;

function unseen(name: string, thrown: unknown, context: Context): Fault {
  const { state, found, fix } = failedLook(thrown, context);
  return { why: `its ${name} is not known: ${found}`, fix: fix ?? '', isUnknown: state !== 'problem' };
}

const versioning: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  if (Status === 'Enabled') return undefined;
  return { why: 'its versioning is off, so that two uploads of one key can become one job', fix: OWN_BUCKET };
};

const policy: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const answer = await orNothing(s3.send(new GetBucketPolicyCommand({ Bucket })));
  const condition = deniedByPolicy(answer?.Policy ?? '{}', `${Bucket}/${outputKeys('doctor').status}`);
  if (!condition) return undefined;
  return { why: `its policy denies uploads by ${condition}`, fix: 'change the bucket policy' };
};

/** Under a KMS key of the customer the stack must know it: otherwise no role of it may use that key. */
const encryption: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const answer = await orNothing(s3.send(new GetBucketEncryptionCommand({ Bucket })));
  const rule = answer?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const key = rule?.KMSMasterKeyID;
  if (!rule?.SSEAlgorithm?.startsWith('aws:kms') || !key || key.includes('alias/aws/s3')) return undefined;
  const { data } = await context.defaultVersion();
  const ours = data.BlockDeviceMappings?.map(({ Ebs }) => Ebs?.KmsKeyId).find((id) => id);
  // Whether an alias is that of the key only KMS knows, and who deploys a key may name it by either.
  if (ours && (idOf(ours) === idOf(key) || key.includes('alias/'))) return undefined;
  return { why: `it encrypts with the key ${key}, which kms_key_arn is not`, fix: 'set kms_key_arn; npx cdk deploy' };
};

/** Every version of a growing log would stay for that time, whatever the lifecycle rules say. */
const lock: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const answer = await orNothing(s3.send(new GetObjectLockConfigurationCommand({ Bucket })));
  const { Mode, Days, Years } = answer?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  if (!Mode) return undefined;
  const time = Years ? `${Years} years` : `${Days} days`;
  const why = `Object Lock (${Mode}) keeps each version of each log for ${time}, and logs are uploaded every few seconds`;
  return { why, fix: 'use a bucket without a default retention' };
};

/** With ACLs on, what another account uploads belongs to that account: the runner gives nothing away. */
const ownership: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const answer = await orNothing(s3.send(new GetBucketOwnershipControlsCommand({ Bucket })));
  const rule = answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'ObjectWriter';
  if (rule === 'BucketOwnerEnforced') return undefined;
  const account = (await context.stack()).StackId?.split(':')[4];
  const isOurs = await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: account })).then(
    () => true,
    () => false,
  );
  if (isOurs) return undefined;
  return { why: `it is another account's, and ${rule} leaves its objects to whoever wrote them`, fix: OWN_BUCKET };
};

const idOf = (key: string) => key.split('/').at(-1);

/** What S3 has configured, or undefined for nothing. Throws every other error. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (NOTHING.has((error as Error).name)) return undefined;
    throw error;
  }
}
