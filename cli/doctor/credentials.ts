import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { EXIT, UserError } from '../../contract/user-error';
import { awsClient } from '../shared/aws-client';
import { mendable } from '../shared/failure';
import { type Finding, ok, problem } from './finding';

/** Who asks, and in which Region. Needs no permission. */
export async function credentials(): Promise<Finding> {
  const sts = new STSClient(await awsClient());
  try {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return ok(`${Arn} in ${await sts.config.region()}`);
  } catch (thrown) {
    const error = mendable(thrown);
    if (!(error instanceof UserError) || error.exitCode !== EXIT.denied) throw error;
    return problem(error.message, 'aws sso login, or lambda-ec2 doctor --profile NAME');
  }
}
