import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import { commandLine, optionsOf } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { jobBucketS3 } from '../shared/job-bucket-s3';
import { findSystem, type System } from '../shared/system';
import { type DefaultVersion, readDefaultVersion } from './default-version';

/** Why there is no system to look at; `cause` is what {@link findSystem} said. */
export class NoSystem extends Error {
  constructor(override readonly cause: unknown) {
    super('there is no system to look at');
  }
}

/** What the checks look at. What several of them need is asked for once, by the first of them. */
export interface Context {
  options: Globals;
  /** Throws a {@link NoSystem}. */
  system(): Promise<System>;
  /** The stack as CloudFormation describes it. */
  stack(): Promise<Partial<Stack>>;
  s3(): Promise<S3Client>;
  ec2(): Promise<EC2Client>;
  /** A command line about this system, to copy into a shell. */
  line(...words: string[]): string;
  /** The launch template version that jobs start from. */
  defaultVersion(): Promise<DefaultVersion>;
}

export function contextOf(options: Globals): Context {
  const system = once(() =>
    findSystem(options).catch((error) => {
      throw new NoSystem(error);
    }),
  );
  const ec2 = once(async () => new EC2Client((await system()).client));
  return {
    options,
    system,
    ec2,
    line: (...words) => commandLine({ options: optionsOf(options) }, ...words),
    s3: once(async () => jobBucketS3(await system())),
    stack: once(async () => {
      const { name, client } = await system();
      const { Stacks } = await new CloudFormationClient(client).send(new DescribeStacksCommand({ StackName: name }));
      return Stacks?.[0] ?? {};
    }),
    defaultVersion: once(async () => readDefaultVersion(await ec2(), (await system()).templateId)),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
