import * as z from 'zod/mini';
import { LAUNCH_WAIT } from '../../contract/duration';
import { isInstanceType } from '../../contract/instance-types';
import { readEnv } from '../shared/read-env';

const split = (text: string) => text.split(/[\s,]+/).filter(Boolean);
/** Words separated by commas, each of one form; missing means none. */
const words = (isWord: (word: string) => boolean, message: string) =>
  z._default(z.string().check(z.refine((text) => split(text).every(isWord), message)), '');

const schema = z.object({
  TEMPLATE_ID: z.string().check(z.regex(/^lt-[0-9a-f]{8,17}$/, 'must be the id of a launch template')),
  STACK_NAME: z.string().check(z.minLength(1, 'must name the stack')),
  SUBNET_IDS: words((word) => /^subnet-[0-9a-f]{8,17}$/.test(word), 'must be ids of subnets, separated by commas'),
  INSTANCE_TYPES: words(isInstanceType, 'must be instance types, separated by commas'),
  QUEUE_URL: z.string().check(z.regex(/^https?:\/\/\S+$/, 'must be the URL of the queue')),
  LAUNCH_WAIT_SECONDS: z.pipe(
    z.pipe(z.string().check(z.regex(/^[0-9]{1,7}$/, 'must be a number of seconds')), z.transform(Number)),
    z
      .number()
      .check(
        z.minimum(LAUNCH_WAIT.least, 'must be at least 60'),
        z.maximum(LAUNCH_WAIT.most, 'must be at most 13 days'),
      ),
  ),
});

/** The launcher's environment. `instanceTypes` are the further ones, after the template's own. */
export interface LaunchEnv {
  templateId: string;
  stackName: string;
  /** Empty: EC2 chooses a default subnet. */
  subnetIds: string[];
  instanceTypes: string[];
  queueUrl: string;
  launchWaitSeconds: number;
}

/** Reads the environment once, when the function starts. Throws one Error that names every wrong variable. */
export function parseEnv(environment: Record<string, string | undefined>): LaunchEnv {
  const env = readEnv(schema, environment);
  return {
    templateId: env.TEMPLATE_ID,
    stackName: env.STACK_NAME,
    subnetIds: split(env.SUBNET_IDS),
    instanceTypes: split(env.INSTANCE_TYPES),
    queueUrl: env.QUEUE_URL,
    launchWaitSeconds: env.LAUNCH_WAIT_SECONDS,
  };
}
