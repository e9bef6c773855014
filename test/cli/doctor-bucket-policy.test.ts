import { deniedByPolicy } from '../../cli/doctor/bucket-policy';

const OBJECT = 'jobs/app_runner/output/may_status.json';
const deny = (statement: object) =>
  deniedByPolicy(
    JSON.stringify({
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::jobs/*', ...statement },
      ],
    }),
    OBJECT,
  );
const SSE = 's3:x-amz-server-side-encryption';

test.each<[string, object]>([
  ['a header for encryption that is not there', { Condition: { Null: { [SSE]: 'true' } } }],
  ['the same as a boolean', { Condition: { Null: { [SSE]: true } } }],
  ['another encryption than the default', { Condition: { StringNotEquals: { [SSE]: 'aws:kms' } } }],
  ['an ACL', { Condition: { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } } }],
  ['every principal by AWS', { Principal: { AWS: '*' }, Condition: { Null: { [SSE]: 'true' } } }],
  ['every action', { Action: ['s3:Get*', 's3:*'], Condition: { Null: { [SSE]: 'true' } } }],
  ['all but reading', { Action: undefined, NotAction: 's3:Get*' }],
  ['everything', {}],
])('a policy that demands %s denies an upload', (_, statement) => {
  expect(deny(statement)).toEqual(expect.any(String));
});

test.each<[string, object]>([
  ['TLS', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  ['the header to be absent', { Condition: { Null: { [SSE]: 'false' } } }],
  [
    'encryption, and comes from elsewhere',
    { Condition: { Null: { [SSE]: 'true' }, IpAddress: { 'aws:SourceIp': '1.1.1.1' } } },
  ],
  ['something of another folder', { Resource: 'arn:aws:s3:::jobs/other/*' }],
  ['something of a certain role', { Principal: { AWS: 'arn:aws:iam::1:role/x' } }],
  ['something of reading', { Action: 's3:GetObject' }],
  ['nothing', { Effect: 'Allow' }],
])('a policy that demands %s does not', (_, statement) => {
  expect(deny(statement)).toBeUndefined();
});

test('a bucket without a policy denies nothing', () => {
  expect(deniedByPolicy('{}', OBJECT)).toBeUndefined();
});
