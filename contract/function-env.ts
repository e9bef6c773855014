import * as z from 'zod/mini';
import { ENCRYPTION } from './bucket-demands';
import { LAUNCH_WAIT } from './duration';
import { isInstanceType } from './instance-types';

// The environment of each function, once: the function reads it with its schema, and whoever deploys the function
// (infra and local) has to give exactly these variables.

const templateId = z.string().check(z.regex(/^lt-[0-9a-f]{8,17}$/, 'must be the id of a launch template'));
const stackName = z.string().check(z.minLength(1, 'must name the stack'));
const bucket = z.string().check(z.minLength(3, 'must name the bucket'));
const queueUrl = z.string().check(z.regex(/^https?:\/\/\S+$/, 'must be the URL of the queue'));
const arnOf = (service: string, what: string) =>
  z.string().check(z.regex(new RegExp(`^arn:[a-z-]+:${service}:[a-z0-9-]+:\\d{12}:\\S+$`), `must be ${what}`));
const bucketEncryption = z._default(
  z
    .string()
    .check(z.refine((text) => text === '' || ENCRYPTION.test(text), 'must be AES256, aws:kms or the ARN of a KMS key')),
  '',
);
const bucketRequestPayer = z._default(z.string().check(z.regex(/^(true)?$/, 'must be true or nothing')), '');
const numberLike = (form: RegExp, message: string) =>
  z.pipe(z.string().check(z.regex(form, message)), z.transform(Number));

const split = (text: string) => text.split(/[\s,]/).filter(Boolean);
/** Words separated by commas, each of one form; missing means none. */
const words = (isWord: (word: string) => boolean, message: string) =>
  z.pipe(z._default(z.string().check(z.refine((text) => split(text).every(isWord), message)), ''), z.transform(split));

const subnetIds = words((word) => /^subnet-[0-9a-f]{8,17}$/.test(word), 'must be ids of subnets, separated by commas');

/** What lambda/launch is told: what it launches, where, and how long a job may wait for it. */
export const launchEnv = z.object({
  TEMPLATE_ID: templateId,
  STACK_NAME: stackName,
  /** Empty: EC2 chooses a default subnet. */
  SUBNET_IDS: subnetIds,
  /** The further ones, after the template's own. */
  INSTANCE_TYPES: words(isInstanceType, 'must be instance types, separated by commas'),
  BUCKET_ENCRYPTION: bucketEncryption,
  BUCKET_REQUEST_PAYER: bucketRequestPayer,
  QUEUE_URL: queueUrl,
  LAUNCH_WAIT_SECONDS: z.pipe(
    numberLike(/^[0-9]{1,7}$/, 'must be a number of seconds'),
    z
      .number()
      .check(
        z.minimum(LAUNCH_WAIT.least, 'must be at least 60'),
        z.maximum(LAUNCH_WAIT.most, 'must be at most 13 days'),
      ),
  ),
  /** How many instances of the stack there may be at once; 0: as many as are asked for. */
  MAX_RUNNING: numberLike(/^[0-9]{1,5}$/, 'must be a number of instances'),
});

/** What lambda/guard is told: whose instances it watches, where dead letters lie, and where records, further attempts and notices go. */
export const guardEnv = z.object({
  TEMPLATE_ID: templateId,
  STACK_NAME: stackName,
  BUCKET: bucket,
  BUCKET_ENCRYPTION: bucketEncryption,
  BUCKET_REQUEST_PAYER: bucketRequestPayer,
  QUEUE_URL: queueUrl,
  DEAD_LETTER_QUEUE_URL: queueUrl,
  /** How often a job is started that was interrupted or never began, the first time included. */
  ATTEMPTS: numberLike(/^[1-9][0-9]?$/, 'must be a number from 1 to 99'),
  TOPIC_ARN: arnOf('sns', 'the ARN of a topic'),
});

/** What lambda/publish is told: the launch template, the pipeline whose bakes it publishes, and where notices go. */
export const publishEnv = z.object({
  TEMPLATE_ID: templateId,
  STACK_NAME: stackName,
  PIPELINE_ARN: arnOf('imagebuilder', 'the ARN of an image pipeline'),
  IMAGE_ARN_PREFIX: arnOf('imagebuilder', "what the pipeline's image ARNs begin with"),
  TOPIC_ARN: arnOf('sns', 'the ARN of a topic'),
  /** Those that a bake may run in. */
  SUBNET_IDS: subnetIds,
  AWS_REGION: z.string().check(z.minLength(1, 'must name the Region')),
});

/** What lambda/metrics is told: the stack that it measures, its bucket, and whether a quiet time is worth telling. */
export const metricsEnv = z.object({
  TEMPLATE_ID: templateId,
  STACK_NAME: stackName,
  BUCKET: bucket,
  BUCKET_ENCRYPTION: bucketEncryption,
  BUCKET_REQUEST_PAYER: bucketRequestPayer,
  /** 0: nobody wants to know how long it has been quiet. */
  QUIET_DAYS: numberLike(/^[0-9]{1,3}$/, 'must be a number of days'),
});

interface Schemas {
  launch: typeof launchEnv;
  guard: typeof guardEnv;
  publish: typeof publishEnv;
  metrics: typeof metricsEnv;
}

/** The folders in lambda/ that are a function. */
export type FunctionName = keyof Schemas;

/** Every variable that a function must be deployed with. Lambda itself gives `AWS_REGION`. */
export type FunctionVariables<Name extends FunctionName> = Record<
  Exclude<keyof z.output<Schemas[Name]>, 'AWS_REGION'>,
  string
>;

/** A function by its name, with its variables. */
export type DeployedFunction = {
  [Name in FunctionName]: { name: Name; environment: FunctionVariables<Name> };
}[FunctionName];

/** `TEMPLATE_ID` as a function's code calls it: `templateId`. */
type CamelCase<Name> = Name extends `${infer Word}_${infer Rest}`
  ? `${Lowercase<Word>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Name & string>;
type CamelCased<Variables> = { [Name in keyof Variables as CamelCase<Name>]: Variables[Name] };

export type LaunchEnv = CamelCased<z.output<typeof launchEnv>>;
export type GuardEnv = CamelCased<z.output<typeof guardEnv>>;
export type PublishEnv = CamelCased<z.output<typeof publishEnv>>;

/**
 * Reads a function's environment once, when it starts: `TEMPLATE_ID` becomes `templateId`. Throws one Error that names
 * every wrong variable.
 */
export function readEnv<Schema extends z.ZodMiniType<Record<string, unknown>>>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): CamelCased<z.output<Schema>> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) {
    const entries = Object.entries(parsed.data).map(([name, value]) => [camelCase(name), value]);
    return Object.fromEntries(entries) as CamelCased<z.output<Schema>>;
  }
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return environment[name] === undefined ? `${name} is missing` : `${name} ${message}`;
  });
  throw new Error(`wrong environment: ${[...new Set(problems)].join('; ')}`);
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
