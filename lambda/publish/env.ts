import * as z from 'zod/mini';
import { readEnv } from '../shared/read-env';

const arnOf = (service: string, what: string) =>
  z.string().check(z.regex(new RegExp(`^arn:[a-z-]+:${service}:[a-z0-9-]+:\\d{12}:\\S+$`), `must be ${what}`));

const schema = z.object({
  TEMPLATE_ID: z.string().check(z.regex(/^lt-[0-9a-f]{8,17}$/, 'must be the id of a launch template')),
  STACK_NAME: z.string().check(z.minLength(1, 'must name the stack')),
  PIPELINE_ARN: arnOf('imagebuilder', 'the ARN of an image pipeline'),
  IMAGE_ARN_PREFIX: arnOf('imagebuilder', "what the pipeline's image ARNs begin with"),
  TOPIC_ARN: arnOf('sns', 'the ARN of a topic'),
  AWS_REGION: z.string().check(z.minLength(1, 'must name the Region')),
});

/** The publisher's environment. */
export interface PublishEnv {
  templateId: string;
  stackName: string;
  pipelineArn: string;
  imageArnPrefix: string;
  topicArn: string;
  region: string;
}

/** Reads the environment once, when the function starts. Throws one Error that names every wrong variable. */
export function parseEnv(environment: Record<string, string | undefined>): PublishEnv {
  const env = readEnv(schema, environment);
  return {
    templateId: env.TEMPLATE_ID,
    stackName: env.STACK_NAME,
    pipelineArn: env.PIPELINE_ARN,
    imageArnPrefix: env.IMAGE_ARN_PREFIX,
    topicArn: env.TOPIC_ARN,
    region: env.AWS_REGION,
  };
}
