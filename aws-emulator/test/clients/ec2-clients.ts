import { execFile, spawnSync } from 'node:child_process';
import * as sdk from '@aws-sdk/client-ec2';

/** Calls EC2 by an action's name, as somebody else's program does. Rejects with an error that names EC2's code. */
export type OutsideClient = (
  action: string,
  input: object,
  env: Record<string, string>,
) => Promise<Record<string, unknown>>;

/** Keeps a developer's own profiles and the machine's own metadata out of a test. */
const NOTHING_ELSE = { AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' };

const awsCli: OutsideClient = (action, input, env) =>
  new Promise((resolve, reject) => {
    const command = action.replace(/[A-Z]/g, (letter, at: number) => (at ? '-' : '') + letter.toLowerCase());
    const args = ['ec2', command, '--cli-input-json', JSON.stringify(input), '--output', 'json'];
    const all = { PATH: process.env.PATH, HOME: process.env.HOME, AWS_MAX_ATTEMPTS: '1', ...NOTHING_ELSE, ...env };
    execFile('aws', args, { env: all }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout || '{}'));
    });
  });

/** The SDK with its default credential chain, in an environment of its own. */
const javaScriptSdk: OutsideClient = async (action, input, env) => {
  const Command = (sdk as unknown as Record<string, new (input: object) => sdk.DescribeInstancesCommand>)[
    `${action}Command`
  ];
  if (!Command) throw new Error(`the SDK has no ${action}`);
  const before = { ...process.env };
  Object.assign(process.env, NOTHING_ELSE, env);
  const client = new sdk.EC2Client({ maxAttempts: 1 });
  try {
    return (await client.send(new Command(input))) as unknown as Record<string, unknown>;
  } catch (error) {
    throw new Error(`(${(error as Error).name}) ${(error as Error).message}`);
  } finally {
    client.destroy();
    process.env = before;
  }
};

const hasCli = spawnSync('aws', ['--version']).status === 0;

/** The AWS CLI where there is one, and the SDK everywhere. */
export const OUTSIDE_CLIENTS: [string, OutsideClient][] = [
  ...(hasCli ? [['the AWS CLI', awsCli] as [string, OutsideClient]] : []),
  ['the JavaScript SDK', javaScriptSdk],
];
