import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { aWorld, BUCKET, KEY, REGION, someBytes, type World } from '../s3/helpers';

const run = promisify(execFile);
const LARGE = someBytes(12 * 1024 * 1024);
/** In the order of listings; the tools spell the second in XML in their own ways. */
const NAMES = ['d/large', `it's & "q" <b> ü 🚀.txt`, 'small.txt'];

let world: World;
let scratch: string;

beforeEach(async () => {
  world = await aWorld();
  scratch = mkdtempSync(path.join(tmpdir(), 's3-tools-'));
  mkdirSync(path.join(scratch, 'up', 'd'), { recursive: true });
  for (const name of NAMES) writeFileSync(path.join(scratch, 'up', name), name === 'd/large' ? LARGE : name);
});

afterEach(async () => {
  await world.close();
  rmSync(scratch, { recursive: true });
  expect(world.defects).toEqual([]);
});

async function tool(command: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: scratch,
    AWS_ACCESS_KEY_ID: KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    AWS_DEFAULT_REGION: REGION,
    RCLONE_CONFIG_L_TYPE: 's3',
    RCLONE_CONFIG_L_PROVIDER: 'Other',
    RCLONE_CONFIG_L_ENDPOINT: world.url,
    RCLONE_CONFIG_L_ENV_AUTH: 'true',
    RCLONE_CONFIG_L_REGION: REGION,
  };
  return (await run(command, args, { env, cwd: scratch })).stdout;
}

const keys = async () => {
  const { Contents = [] } = await world.client().send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key);
};
const below = (prefix: string) => NAMES.map((name) => `${prefix}/${name}`);
/** Whether each file came back as it went up; jest's own comparison of 12 MB takes minutes. */
const unharmed = (dir: string) =>
  NAMES.filter((name) => {
    const [up, down] = ['up', dir].map((from) => readFileSync(path.join(scratch, from, name)));
    return up && down?.equals(up);
  });

/** Each does its part of an operator's day: put, list, get, copy, delete. */
const TOOLS: Record<string, () => Promise<void>> = {
  async rclone() {
    const rclone = (...args: string[]) => tool('rclone', '--retries=1', '--low-level-retries=1', ...args);
    await rclone('copy', '--s3-upload-cutoff=5M', '--s3-chunk-size=5M', 'up', `l:${BUCKET}/in`);
    expect(await keys()).toEqual(below('in'));
    expect(await rclone('ls', `l:${BUCKET}/in`)).toContain(`${LARGE.length} d/large\n`);
    await rclone('sync', `l:${BUCKET}/in`, `l:${BUCKET}/copied`);
    await rclone('copy', `l:${BUCKET}/copied`, 'down');
    expect(unharmed('down')).toEqual(NAMES);
    await rclone('delete', `l:${BUCKET}/in`);
    expect(await keys()).toEqual(below('copied'));
    await rclone('cleanup', `l:${BUCKET}`);
  },

  async s3cmd() {
    const host = new URL(world.url).host;
    const where = ['-c', '/dev/null', '--no-ssl', `--host=${host}`, `--host-bucket=${host}`, `--region=${REGION}`];
    const secrets = [`--access_key=${KEY.accessKeyId}`, `--secret_key=${KEY.secretAccessKey}`];
    const s3cmd = (...args: string[]) => tool('s3cmd', ...where, ...secrets, '--no-progress', ...args);
    await s3cmd('sync', '--multipart-chunk-size-mb=5', 'up/', `s3://${BUCKET}/in/`);
    expect(await keys()).toEqual(below('in'));
    expect(await s3cmd('ls', `s3://${BUCKET}/in/`)).toMatch(/DIR {2}s3.*in\/d\/\n(.*\n)*.*in\/small\.txt\n/);
    expect(await s3cmd('info', `s3://${BUCKET}`)).toContain('Location:  eu-west-1');
    mkdirSync(path.join(scratch, 'down'));
    await s3cmd('sync', `s3://${BUCKET}/in/`, 'down/');
    expect(unharmed('down')).toEqual(NAMES);
    await s3cmd('mv', `s3://${BUCKET}/in/small.txt`, `s3://${BUCKET}/moved`);
    await s3cmd('del', '--recursive', '--force', `s3://${BUCKET}/in/`);
    expect(await keys()).toEqual(['moved']);
  },

  async boto3() {
    const program = `
import boto3, os, sys
url, bucket, *names = sys.argv[1:]
s3 = boto3.client('s3', endpoint_url=url)
for name in names: s3.upload_file('up/' + name, bucket, 'in/' + name)
all = boto3.resource('s3', endpoint_url=url).Bucket(bucket).objects
assert [o.key for o in all.all()] == ['in/' + name for name in names], [o.key for o in all.all()]
os.makedirs('down/d')
for name in names: s3.download_file(bucket, 'in/' + name, 'down/' + name)
print(s3.delete_objects(Bucket=bucket, Delete={'Objects': [{'Key': 'in/' + names[1]}]})['Deleted'][0]['Key'])`;
    expect(await tool('python3', '-c', program, world.url, BUCKET, ...NAMES)).toBe(`in/${NAMES[1]}\n`);
    expect(unharmed('down')).toEqual(NAMES);
    expect(await keys()).toEqual([`in/${NAMES[0]}`, `in/${NAMES[2]}`]);
  },
};

const PRESENT: Record<string, string[]> = {
  rclone: ['rclone', 'version'],
  s3cmd: ['s3cmd', '--version'],
  boto3: ['python3', '-c', 'import boto3'],
};
const isThere = (name: string) => {
  const [command = '', ...args] = PRESENT[name] ?? [];
  return spawnSync(command, args).status === 0;
};

/** Where a tool is missing, what it sends is covered by `test/s3/documents.test.ts` and its neighbours. */
test.each(['the emulator', ...Object.keys(TOOLS).filter(isThere)])('%s: a day of files', async (name) => {
  await TOOLS[name]?.();

  expect((await world.client().send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads).toBeUndefined();
  expect(readdirSync(path.join(world.dir, 'tmp'))).toEqual([]);
});
