import type { Reason } from '../../contract/reasons';
import { rawMessage } from '../shared/error-message';
import { clip } from '../shared/text';

/**
 * What a failed RunInstances call means.
 *
 * `next`: this candidate has no room, another may. `wait`: nothing to do but try later. `refused`: trying again changes
 * nothing, unless it is for lack of an image, which `aboutImage` says EC2 itself has said. `duplicate`: an earlier call
 * with this token exists. `already`: the job's instance has already come and gone.
 */
export type Verdict =
  | { kind: 'next'; unsupported: boolean; message: string }
  | { kind: 'wait'; reason: Reason; pace: 'calls' | 'answer' | 'capacity'; message: string; mayRun?: true }
  | { kind: 'refused'; reason: Reason; message: string; aboutImage: boolean; error: Ec2Error }
  | { kind: 'duplicate' }
  | { kind: 'already'; message: string };

/** The parts of an AWS SDK error that matter. `status` is 0 when no answer came. */
export interface Ec2Error {
  code: string;
  message: string;
  status: number;
  /** What EC2 appends to an UnauthorizedOperation: opaque, and for an administrator to decode. */
  encodedAuthorizationMessage?: string;
}

/** Capacity: EC2 answers these with HTTP 5xx, which the SDK would retry by itself. */
export const CAPACITY_CODES: ReadonlySet<string> = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientReservedInstanceCapacity',
  'InsufficientVolumeCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InsufficientAddressCapacity',
  'UnfulfillableCapacity',
  'ReservationCapacityExceeded',
  'SpotMaxPriceTooLow',
]);
const UNSUPPORTED_CODES = new Set(['Unsupported', 'InstanceTypeNotSupported', 'UnsupportedOperation']);
const QUOTA_CODES = new Set([
  'VcpuLimitExceeded',
  'InstanceLimitExceeded',
  'MaxSpotInstanceCountExceeded',
  'MaxSpotFleetRequestCountExceeded',
  'VolumeLimitExceeded',
  'MaxIOPSLimitExceeded',
  'ResourceLimitExceeded',
  'ResourceCountExceeded',
]);
const CALL_RATE_CODE =
  /^(RequestLimitExceeded|EC2Throttled|Throttl|TooManyRequests|RequestThrottled|PriorRequestNotComplete|SlowDown)/;
const OUTAGE_CODES = new Set([
  'InternalError',
  'InternalFailure',
  'ServiceUnavailable',
  'Unavailable',
  'RequestExpired',
  // S3's, with HTTP 400 ("Error responses", Amazon S3 API Reference).
  'RequestTimeout',
]);

/** Reads an error of the SDK. Anything without a name of its own counts as an answer that never came. */
export function ec2Error(error: unknown): Ec2Error {
  const known = error as { name?: string; Code?: string; message?: string; $metadata?: { httpStatusCode?: number } };
  const [message = '', encoded] = (rawMessage(error) || String(error)).split(
    /\s*Encoded authorization failure message:\s*/,
  );
  return {
    code: known?.Code ?? known?.name ?? 'Error',
    message: clip(message),
    status: known?.$metadata?.httpStatusCode ?? 0,
    encodedAuthorizationMessage: encoded?.trim(),
  };
}

/** An error in EC2's own words. */
export function ec2Message({ code, message }: Ec2Error): string {
  return message ? `${code}: ${message}` : code;
}

/**
 * Sorts an error by its code (EC2 API error codes). What is unknown fails at once: waiting hides a mistake for hours.
 */
export function judgeError(error: Ec2Error): Verdict {
  const { code, message, status } = error;
  if (code === 'IdempotentInstanceTerminated')
    return { kind: 'already', message: 'its instance has run and is terminated' };
  if (code === 'IdempotentParameterMismatch') return { kind: 'duplicate' };
  if (CAPACITY_CODES.has(code))
    return { kind: 'next', unsupported: false, message: `EC2 has no capacity (${ec2Message(error)})` };
  if (UNSUPPORTED_CODES.has(code))
    return { kind: 'next', unsupported: true, message: `EC2 does not offer it (${ec2Message(error)})` };
  if (QUOTA_CODES.has(code)) {
    const message = `the account's EC2 quota is used up (${ec2Message(error)}); ask for a higher one in Service Quotas if this lasts`;
    return { kind: 'wait', reason: 'NO_CAPACITY', pace: 'capacity', message };
  }
  if (CALL_RATE_CODE.test(code)) {
    return {
      kind: 'wait',
      reason: 'NO_CAPACITY',
      pace: 'calls',
      message: `EC2 limits the rate of launches (${ec2Message(error)})`,
    };
  }
  if (code === 'PendingVerification') {
    const message = `AWS is still verifying the account for this Region (${ec2Message(error)})`;
    return { kind: 'wait', reason: 'LAUNCH_REFUSED', pace: 'capacity', message };
  }
  if (OUTAGE_CODES.has(code) || status >= 500 || status === 0) {
    return {
      kind: 'wait',
      reason: 'NO_CAPACITY',
      pace: 'answer',
      message: `EC2 gave no usable answer (${ec2Message(error)})`,
      mayRun: true,
    };
  }
  return {
    kind: 'refused',
    reason: 'LAUNCH_REFUSED',
    message: `EC2 refused the launch (${ec2Message(error)}); ${remedy(error)}`,
    aboutImage: isAboutImage(code, message),
    error,
  };
}

function isAboutImage(code: string, message: string): boolean {
  if (code === 'InvalidAMIID.NotFound' || code === 'InvalidAMIID.Unavailable') return true;
  return (code === 'MissingParameter' || code === 'MissingInput') && /ImageId/i.test(message);
}

/** Advice that fits the cause; for a code that says nothing of it, none but to come back. */
function remedy({ code, message }: Ec2Error): string {
  if (code === 'UnauthorizedOperation' || code === 'AccessDenied') {
    return "check the launch function's role and whether the template version names the stack's own instance profile";
  }
  if (/KMS/.test(`${code} ${message}`)) {
    return 'see that the KMS key of the volume is enabled and that its policy lets the launch use it, then upload again (lambda-ec2 rerun)';
  }
  if (code.startsWith('InvalidLaunchTemplateId')) return 'check the launch template and the version the key asks for';
  if (code.startsWith('InvalidSubnet')) return 'check the subnets in settings.yaml and deploy again';
  if (code === 'OptInRequired' || code === 'Blocked') return 'the account may not use EC2 here: ask AWS Support';
  if (/^(Invalid|Missing|Malformed|Unknown)/.test(code)) {
    return 'correct the launch template version or roll back to an older one, then upload again (lambda-ec2 rerun)';
  }
  return 'upload again when that is mended (lambda-ec2 rerun)';
}
