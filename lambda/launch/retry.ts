import { StandardRetryStrategy } from '@smithy/core/retry';
import { CAPACITY_CODES, ec2Error } from './errors';

/**
 * The SDK's retries, except for capacity.
 *
 * Capacity errors are HTTP 5xx, which the SDK takes for an outage. The same question a second later has the same
 * answer: the next candidate is the better retry.
 */
export class LaunchRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(
    ...[token, info]: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>
  ): ReturnType<StandardRetryStrategy['refreshRetryTokenForRetry']> {
    if (CAPACITY_CODES.has(ec2Error(info.error).code)) throw info.error;
    return super.refreshRetryTokenForRetry(token, info);
  }
}
