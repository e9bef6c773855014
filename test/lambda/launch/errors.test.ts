import { candidates, describeCandidate } from '../../../lambda/launch/candidates';
import { ec2Error, ec2Message, judgeError } from '../../../lambda/launch/errors';

// What each code of EC2's means for a job, and what a person is told to do.

const refusal = (code: string, message = 'in words', status = 400) => judgeError({ code, message, status });

test.each([
  ...['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientReservedInstanceCapacity'],
  ...['InsufficientVolumeCapacity', 'InsufficientFreeAddressesInSubnet', 'InsufficientAddressCapacity'],
  ...['UnfulfillableCapacity', 'ReservationCapacityExceeded', 'SpotMaxPriceTooLow'],
])('%s: another candidate may have room', (code) => {
  expect(refusal(code, 'in words', 500)).toEqual({
    kind: 'next',
    unsupported: false,
    message: `EC2 has no capacity (${code}: in words)`,
  });
});

test.each(['Unsupported', 'InstanceTypeNotSupported', 'UnsupportedOperation'])(
  '%s: another candidate may be offered',
  (code) => {
    expect(refusal(code)).toEqual({
      kind: 'next',
      unsupported: true,
      message: `EC2 does not offer it (${code}: in words)`,
    });
  },
);

test.each([
  ...['VcpuLimitExceeded', 'InstanceLimitExceeded', 'MaxSpotInstanceCountExceeded', 'MaxSpotFleetRequestCountExceeded'],
  ...['VolumeLimitExceeded', 'MaxIOPSLimitExceeded', 'ResourceLimitExceeded', 'ResourceCountExceeded'],
])('%s: the job waits for the quota', (code) => {
  expect(refusal(code)).toEqual({
    kind: 'wait',
    reason: 'NO_CAPACITY',
    pace: 'capacity',
    message: `the account's EC2 quota is used up (${code}: in words); ask for a higher one in Service Quotas if this lasts`,
  });
});

test.each([
  ...['RequestLimitExceeded', 'EC2Throttled', 'Throttling', 'ThrottlingException', 'TooManyRequestsException'],
  ...['RequestThrottled', 'PriorRequestNotComplete', 'SlowDown'],
])('%s: the job comes back in seconds', (code) => {
  expect(refusal(code, 'in words', 503)).toEqual({
    kind: 'wait',
    reason: 'NO_CAPACITY',
    pace: 'calls',
    message: `EC2 limits the rate of launches (${code}: in words)`,
  });
});

test.each([
  ...[
    ['InternalError', 400],
    ['InternalFailure', 400],
    ['ServiceUnavailable', 400],
    ['Unavailable', 400],
  ],
  ...[
    ['RequestExpired', 400],
    ['SomethingNew', 500],
    ['SomethingNew', 503],
    ['TimeoutError', 0],
  ],
] as const)('%s with HTTP status %d: nobody knows whether an instance was started', (code, status) => {
  expect(refusal(code, 'in words', status)).toEqual({
    kind: 'wait',
    reason: 'NO_CAPACITY',
    pace: 'answer',
    message: `EC2 gave no usable answer (${code}: in words)`,
    mayRun: true,
  });
});

test('the token of an earlier call, and an account that is still verified', () => {
  expect(refusal('IdempotentParameterMismatch')).toEqual({ kind: 'duplicate' });
  expect(refusal('IdempotentInstanceTerminated')).toEqual({
    kind: 'already',
    message: 'its instance has run and is terminated',
  });
  expect(refusal('PendingVerification')).toEqual({
    kind: 'wait',
    reason: 'LAUNCH_REFUSED',
    pace: 'capacity',
    message: 'AWS is still verifying the account for this Region (PendingVerification: in words)',
  });
});

const ROLE = "check the launch function's role and whether the template version names the stack's own instance profile";
const KEY =
  'see that the KMS key of the volume is enabled and that its policy lets the launch use it, then upload again (lambda-ec2 rerun)';
const VERSION =
  'correct the launch template version or roll back to an older one, then upload again (lambda-ec2 rerun)';

test.each([
  ['UnauthorizedOperation', 'in words', ROLE],
  ['AccessDenied', 'in words', ROLE],
  ['InvalidKMSKey.InvalidState', 'in words', KEY],
  ['Client.InvalidState', 'the KMS key is disabled', KEY],
  ['InvalidLaunchTemplateId.VersionNotFound', 'in words', 'check the launch template and the version the key asks for'],
  ['InvalidSubnetID.NotFound', 'in words', 'check the subnets in settings.yaml and deploy again'],
  ['OptInRequired', 'in words', 'the account may not use EC2 here: ask AWS Support'],
  ['Blocked', 'in words', 'the account may not use EC2 here: ask AWS Support'],
  ['InvalidParameterValue', 'in words', VERSION],
  ['MissingParameter', 'in words', VERSION],
  ['MalformedQueryString', 'in words', VERSION],
  ['UnknownParameter', 'in words', VERSION],
  ['SomethingInvalid', 'in words', 'upload again when that is mended (lambda-ec2 rerun)'],
])('%s (%s) ends the job with advice that fits', (code, words, advice) => {
  expect(refusal(code, words)).toEqual({
    kind: 'refused',
    reason: 'LAUNCH_REFUSED',
    message: `EC2 refused the launch (${code}: ${words}); ${advice}`,
    aboutImage: false,
    error: { code, message: words, status: 400 },
  });
});

test.each([
  ['InvalidAMIID.NotFound', '', true],
  ['InvalidAMIID.Unavailable', '', true],
  ['InvalidAMIID.Malformed', '', false],
  ['MissingParameter', 'the parameter imageId', true],
  ['MissingInput', 'ImageId is missing', true],
  ['InvalidParameterValue', 'ImageId', false],
])('whether %s (%j) is about the image', (code, message, aboutImage) => {
  expect(refusal(code, message)).toMatchObject({ kind: 'refused', aboutImage });
});

test('an error is read by its code, or else its name, and without the part that is for administrators', () => {
  const denied = 'You are not authorized. Encoded authorization failure message:  AbC \n';
  const error = Object.assign(new Error(denied), { name: 'Named', $metadata: { httpStatusCode: 403 } });
  expect(ec2Error(error)).toEqual({
    code: 'Named',
    message: 'You are not authorized.',
    status: 403,
    encodedAuthorizationMessage: 'AbC',
  });
  expect(ec2Error(Object.assign(error, { Code: 'UnauthorizedOperation' })).code).toBe('UnauthorizedOperation');
  expect(ec2Error('text')).toMatchObject({ code: 'Error', message: 'text', status: 0 });
  expect(ec2Error(undefined)).toMatchObject({ code: 'Error', message: 'undefined', status: 0 });
});

test('an error without words is its code', () => {
  expect(ec2Message({ code: 'Blocked', message: '', status: 400 })).toBe('Blocked');
});

test('a candidate is told in words, and those of the template in its own', () => {
  const all = candidates(['subnet-1', 'subnet-2'], ['m6i.large']);
  expect(all.map(describeCandidate)).toEqual([
    "the template's instance type in subnet-1",
    "the template's instance type in subnet-2",
    'm6i.large in subnet-1',
    'm6i.large in subnet-2',
  ]);
  expect(describeCandidate({})).toBe("the template's instance type in a default subnet");
});
