import { ServiceError } from '../protocol/error';

/**
 * HTTP status by error code. Everything else is 400. Capacity errors are AWS's own fault and therefore 5xx, which makes
 * the SDK retry them by itself (EC2 API reference, "Error codes": server errors).
 */
const STATUS: Readonly<Record<string, number>> = {
  InsufficientCapacity: 500,
  InsufficientHostCapacity: 500,
  InsufficientInstanceCapacity: 500,
  InsufficientReservedInstanceCapacity: 500,
  InsufficientVolumeCapacity: 500,
  InternalError: 500,
  InternalFailure: 500,
  RequestLimitExceeded: 503,
  ServiceUnavailable: 503,
  Unavailable: 503,
  UnauthorizedOperation: 403,
  OptInRequired: 401,
  AuthFailure: 401,
  DryRunOperation: 412,
};

/** An error as EC2 answers it: `code` is what clients decide by, `status` follows from the code unless given. */
export class Ec2Error extends ServiceError {
  override readonly name = 'Ec2Error';

  constructor(code: string, message: string, status: number = STATUS[code] ?? 400) {
    super(code, message, status);
  }
}

/** `InvalidParameterValue`, EC2's most common refusal. */
export function invalidParameterValue(message: string): Ec2Error {
  return new Ec2Error('InvalidParameterValue', message);
}

/** `InvalidParameterCombination`: each parameter is good, but not beside the other. */
export function invalidCombination(message: string): Ec2Error {
  return new Ec2Error('InvalidParameterCombination', message);
}

/** `MissingParameter`, in EC2's words. */
export function missingParameter(name: string): Ec2Error {
  return new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
}

/** `DryRunOperation`: the caller asked whether the call would work, and it would. */
export function dryRunSucceeded(): Ec2Error {
  return new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
}
