import { FAILED_BAKE_STATES } from '../../contract/bake-states';
import { errorMessage } from '../shared/error-message';
import type { Notify } from '../shared/notify';
import { hadNoRoom } from './bake-subnet';
import { type Bakes, bakeToken } from './bakes';

export interface FailureNotices {
  bakes: Bakes;
  /** The subnets are those that a bake may run in, in their order. */
  env: { stackName: string; subnetIds: readonly string[] };
  notify: Notify;
}

/** What is older is no news any more, and was perhaps told before there was a mark. */
const NEWS = 2 * 24 * 3_600_000;

/**
 * Tells people that a bake failed or was cancelled, once, and marks it as told. One that found no room in its subnet is
 * started in the next first. Throws the SDK's error; doing it again finishes what was left.
 */
export async function tellFailedBake({ bakes, env, notify }: FailureNotices, buildArn: string): Promise<void> {
  const failure = await bakes.failure(buildArn);
  if (!failure || failure.told) return;
  const elsewhere = hadNoRoom(failure.reason) ? await tryElsewhere(bakes, env.subnetIds, buildArn) : '';
  const reason = failure.reason ? `: ${failure.reason.trim().replace(/\.+$/, '')}` : '';
  await notify(
    `${env.stackName}: a bake ended as ${failure.status}`,
    `The bake ${buildArn} of ${env.stackName} ended as ${failure.status}${reason}. ${elsewhere}Jobs go on with the image before it; where none suits the settings, they wait. ` +
      '`lambda-ec2 bake show` tells more; see docs/operating.md, "A bake failed".',
  );
  await bakes.markTold(buildArn);
}

/** What the message says of another try. Never rejects: a bake that cannot be tried again has failed all the same. */
async function tryElsewhere(bakes: Bakes, subnetIds: readonly string[], buildArn: string): Promise<string> {
  try {
    const subnet = await bakes.moveToNextSubnet(subnetIds, buildArn);
    if (!subnet) return '';
    await bakes.start(bakeToken(buildArn));
    return `It is tried once more in the subnet ${subnet}. `;
  } catch (error) {
    return `It could not be tried in another subnet (${errorMessage(error)}). `;
  }
}

/** The same for every bake of the last days whose event was lost, or came when SNS did not take the message. */
export async function tellMissedFailures(deps: FailureNotices, now = Date.now()): Promise<void> {
  const failed = (await deps.bakes.list()).filter(({ status }) => FAILED_BAKE_STATES.includes(status));
  for (const { buildArn, created } of failed) {
    if (now - created < NEWS) await tellFailedBake(deps, buildArn);
  }
}
