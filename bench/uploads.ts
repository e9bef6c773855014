import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkSettings } from '../contract/settings-load';
import { prepareTools } from '../local/instance/tools';
import { LocalMachine } from '../local/machine';
import { compare, type Way } from './measure';

const run = promisify(execFile);
const SIZES = [
  ['a status of 1 KiB', 1024],
  ['an output of 64 MiB', 64 << 20],
] as const;

/** One signed curl request beside the AWS CLI: what decides which of the two the runner takes for which size. */
export async function benchUploads(dir: string, rounds: number): Promise<void> {
  const machine = await LocalMachine.start({ settings: checkSettings({ app_url: 'https://example.com/none.git' }) });
  try {
    const tools = path.join(dir, 'tools');
    prepareTools(tools);
    const env = { ...process.env, ...machine.environment, PATH: `${tools}:${process.env.PATH}` };
    const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = machine.environment;
    const signing = [
      '--aws-sigv4',
      `aws:amz:${AWS_REGION}:s3`,
      '--user',
      `${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY}`,
    ];
    const hash = ['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
    for (const [what, size] of SIZES) {
      const file = path.join(dir, 'upload');
      writeFileSync(file, randomBytes(size));
      const curl: Way = {
        name: 'curl --aws-sigv4',
        run: async () => {
          const url = `${AWS_ENDPOINT_URL}/${machine.bucket}/bench`;
          await run('curl', ['--fail', '--silent', ...signing, ...hash, '--upload-file', file, url]);
        },
      };
      const cli: Way = {
        name: spawnSync('aws', ['--version']).status === 0 ? 'aws s3 cp' : 'aws s3 cp (the emulator)',
        run: async () =>
          void (await run('aws', ['s3', 'cp', '--quiet', file, `s3://${machine.bucket}/bench`], { env })),
      };
      await compare(what, [curl, cli], rounds);
    }
  } finally {
    await machine.close();
  }
}
