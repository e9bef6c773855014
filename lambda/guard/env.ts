import * as z from 'zod/mini';
import { readEnv } from '../shared/read-env';

const schema = z.object({
  TEMPLATE_ID: z.string().check(z.regex(/^lt-[0-9a-f]{8,17}$/, 'must be the id of a launch template')),
  STACK_NAME: z.string().check(z.minLength(1, 'must name the stack')),
  BUCKET: z.string().check(z.minLength(3, 'must name the bucket')),
  QUEUE_URL: z.string().check(z.regex(/^https?:\/\/\S+$/, 'must be the URL of the queue')),
  ATTEMPTS: z.pipe(z.string().check(z.regex(/^[1-9][0-9]?$/, 'must be a number from 1 to 99')), z.transform(Number)),
  TOPIC_ARN: z.string().check(z.regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:\S+$/, 'must be the ARN of a topic')),
});

/** The guard's environment. `attempts`: how often a job is started that was interrupted or never began, the first time included. */
export interface GuardEnv {
  templateId: string;
  stackName: string;
  bucket: string;
  queueUrl: string;
  attempts: number;
  topicArn: string;
}

/** Reads the environment once, when the function starts. Throws one Error that names every wrong variable. */
export function parseEnv(environment: Record<string, string | undefined>): GuardEnv {
  const env = readEnv(schema, environment);
  return {
    templateId: env.TEMPLATE_ID,
    stackName: env.STACK_NAME,
    bucket: env.BUCKET,
    queueUrl: env.QUEUE_URL,
    attempts: env.ATTEMPTS,
    topicArn: env.TOPIC_ARN,
  };
}
