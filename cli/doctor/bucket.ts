import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketRequestPaymentCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { demandsOfTags, encryptionHeaders } from '../../contract/bucket-demands';
import { outputKeys } from '../../contract/keys';
import { deniedByPolicy, keysNamed } from './bucket-policy';
import type { Context } from './context';
import { customerKeys } from './customer-keys';
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
 * Whether the instances can write to the bucket as they do: with the encryption that the settings demand, without
 * headers for ACL or retention, each object with a checksum, the logs again and again under one key.
 */
export async function bucketWritable(context: Context): Promise<Finding> {
  const { bucket: Bucket, isLocal } = await context.system();
  const s3 = await context.s3();
  await s3.send(new HeadBucketCommand({ Bucket }));
  if (isLocal) return ok(`${Bucket} is there`);
  const looks = Object.entries({ versioning, policy, encryption, ownership, 'Requester Pays': payment });
  const found = await Promise.all(
    looks.map(([name, look]) => look(s3, context).catch((thrown) => unseen(name, thrown, context))),
  );
  const faults = found.filter((one) => one !== undefined);
  if (faults.length === 0) {
    return ok(`${Bucket} is versioned and takes what instances write${await retention(s3, Bucket)}`);
  }
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
  const { Policy = '{}' } = (await orNothing(s3.send(new GetBucketPolicyCommand({ Bucket })))) ?? {};
  const demands = demandsOfTags((await context.defaultVersion()).tags);
  const deniedWith = (encryption: string) =>
    deniedByPolicy(Policy, `${Bucket}/${outputKeys('doctor').status}`, encryptionHeaders(encryption));
  const condition = deniedWith(demands.encryption);
  if (!condition) return undefined;
  const right = [...keysNamed(Policy), 'AES256', 'aws:kms', ''].find((encryption) => !deniedWith(encryption));
  const fix = right === undefined ? 'change the bucket policy' : `${setting('bucket_encryption', right || "''")}`;
  return { why: `its policy denies uploads by ${condition}`, fix };
};

/** Under a KMS key of the customer the stack must know it: otherwise no role of it may use that key. */
const encryption: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const answer = await orNothing(s3.send(new GetBucketEncryptionCommand({ Bucket })));
  const rule = answer?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const key = rule?.KMSMasterKeyID;
  if (!rule?.SSEAlgorithm?.startsWith('aws:kms') || !key || key.includes('alias/aws/s3')) return undefined;
  const ours = customerKeys(await context.defaultVersion());
  // Whether an alias is that of the key only KMS knows, and who deploys a key may name it by either.
  if (ours.some((one) => idOf(one) === idOf(key)) || (ours.length > 0 && key.includes('alias/'))) return undefined;
  const why = `it encrypts with the key ${key}, which neither bucket_encryption nor kms_key_arn is`;
  return { why, fix: setting('bucket_encryption', key) };
};

/** What Object Lock does with what instances write: they can, and every version of a growing log stays. */
async function retention(s3: S3Client, Bucket: string): Promise<string> {
  const look = orNothing(s3.send(new GetObjectLockConfigurationCommand({ Bucket })));
  const answer = await look.catch(() => undefined);
  const { Mode, Days, Years } = answer?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? {};
  if (!Mode) return '';
  const time = Years ? `${Years} years` : `${Days} days`;
  return `; Object Lock (${Mode}) keeps each version of each log for ${time}, and logs are uploaded every few seconds`;
}

/** Its own account's requests need not say who pays. */
const payment: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const { Payer } = await s3.send(new GetBucketRequestPaymentCommand({ Bucket }));
  const { requesterPays } = demandsOfTags((await context.defaultVersion()).tags);
  if (Payer !== 'Requester' || requesterPays || (await isOurs(s3, context))) return undefined;
  return { why: "it is another account's and has Requester Pays", fix: setting('bucket_request_payer', 'true') };
};

/** With ACLs on, what another account uploads belongs to that account: the runner gives nothing away. */
const ownership: Look = async (s3, context) => {
  const { bucket: Bucket } = await context.system();
  const answer = await orNothing(s3.send(new GetBucketOwnershipControlsCommand({ Bucket })));
  const rule = answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'ObjectWriter';
  if (rule === 'BucketOwnerEnforced') return undefined;
  if (await isOurs(s3, context)) return undefined;
  return { why: `it is another account's, and ${rule} leaves its objects to whoever wrote them`, fix: OWN_BUCKET };
};

/** Whether the bucket is the stack's account's. */
async function isOurs(s3: S3Client, context: Context): Promise<boolean> {
  const { bucket: Bucket } = await context.system();
  const ExpectedBucketOwner = (await context.stack()).StackId?.split(':')[4];
  return s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner })).then(
    () => true,
    () => false,
  );
}

const setting = (name: string, value: string) => `${name}: ${value} in settings.yaml; npx cdk deploy`;

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
