import {
  bucketDemands,
  demandsOfTags,
  demandTags,
  demandVariables,
  ENCRYPTION,
  encryptionHeaders,
  encryptionMembers,
  KEY_ARN,
} from '../../contract/bucket-demands';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';
const NOTHING = { encryption: '', requesterPays: false };
const ALL = { encryption: KEY, requesterPays: true };

test('a bucket of the stack gets no demand of its own key, which is its default', () => {
  const settings = { bucket: '', bucket_encryption: '', bucket_request_payer: false, kms_key_arn: KEY };
  expect(bucketDemands(settings)).toEqual(NOTHING);
  expect(bucketDemands({ ...settings, bucket: 'theirs', bucket_request_payer: true })).toEqual(ALL);
  expect(bucketDemands({ ...settings, bucket_encryption: 'aws:kms' }).encryption).toBe(KEY);
  expect(bucketDemands({ ...settings, kms_key_arn: '', bucket_encryption: 'aws:kms' }).encryption).toBe('aws:kms');
});

test('demands travel as tags and come back as they were', () => {
  expect(demandTags(ALL)).toEqual({ bucket_encryption: KEY, bucket_request_payer: 'true' });
  expect(demandTags(NOTHING)).toEqual({ bucket_encryption: '', bucket_request_payer: '' });
  for (const demands of [ALL, NOTHING]) expect(demandsOfTags(demandTags(demands))).toEqual(demands);
  expect(demandsOfTags({})).toEqual(NOTHING);
});

test('a function has a variable for what is demanded alone', () => {
  expect(demandVariables(ALL)).toEqual({ BUCKET_ENCRYPTION: KEY, BUCKET_REQUEST_PAYER: 'true' });
  expect(demandVariables(NOTHING)).toEqual({});
});

test.each([
  ['', {}, {}],
  ['AES256', { ServerSideEncryption: 'AES256' }, { 'x-amz-server-side-encryption': 'AES256' }],
  ['aws:kms', { ServerSideEncryption: 'aws:kms' }, { 'x-amz-server-side-encryption': 'aws:kms' }],
  [
    KEY,
    { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY },
    { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': KEY },
  ],
])('a write that is to be encrypted by %j says so to S3', (encryption, members, headers) => {
  expect(encryptionMembers(encryption)).toEqual(members);
  expect(encryptionHeaders(encryption)).toEqual(headers);
});

test.each(['AES256', 'aws:kms', KEY, KEY.replace('aws', 'aws-us-gov')])('%s names an encryption', (text) => {
  expect(ENCRYPTION.test(text)).toBe(true);
});

test.each(['', 'AES25', 'AES2566', 'aws:kms:dsse', `x${KEY}`, `${KEY} `, KEY.replace('key/', 'alias/')])(
  '%j names none',
  (text) => {
    expect(ENCRYPTION.test(text)).toBe(false);
    expect(KEY_ARN.test(text)).toBe(false);
  },
);
