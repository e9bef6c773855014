import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { aWorld, BUCKET, KEY, REGION, SESSION, someBytes, type World } from '../s3/helpers';

const run = promisify(execFile);
const MIB = 1024 * 1024;

let world: World;
let scratch: string;

beforeEach(async () => {
  world = await aWorld();
  scratch = mkdtempSync(path.join(tmpdir(), 's3-clients-'));
});

afterEach(async () => {
  await world.close();
  rmSync(scratch, { recursive: true });
  expect(world.defects).toEqual([]);
});

/** curl as the runner uses it: signed, with the payload hash stated; only for paths that are percent-encoded. */
async function curl(target: string, args: string[] = [], credentials: Partial<typeof SESSION> = KEY): Promise<string> {
  const token = credentials.sessionToken ? ['-H', `x-amz-security-token: ${credentials.sessionToken}`] : [];
  const user = `${credentials.accessKeyId}:${credentials.secretAccessKey}`;
  const signing = [
    '--aws-sigv4',
    `aws:amz:${REGION}:s3`,
    '--user',
    user,
    '-H',
    'x-amz-content-sha256: UNSIGNED-PAYLOAD',
  ];
  const plain = ['-sS', '--path-as-is', '-w', '\n%{http_code}'];
  const call = run('curl', [...plain, ...signing, ...token, ...args, `${world.url}${target}`], { timeout: 30_000 });
  // curl -T - reads until the end of its input, whatever the server has answered by then.
  call.child.stdin?.end();
  return (await call).stdout;
}

function scratchFile(name: string, bytes: Buffer): string {
  const file = path.join(scratch, name);
  writeFileSync(file, bytes);
  return file;
}

async function md5(file: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

describe('curl --aws-sigv4', () => {
  const odd = ['a b+c&d=e.zip', 'ünï/🚀', "it's (1)!*~", '100%', 'x//y/./z'];

  test.each(odd)('puts and gets an object with the key %s', async (key) => {
    const target = `/${BUCKET}/${key.split('/').map(rfc3986).join('/')}`;
    const file = scratchFile('f', someBytes(3000));

    expect(await curl(target, ['-T', file])).toMatch(/\n200$/);
    await curl(target, ['-o', path.join(scratch, 'g')]);

    expect(readFileSync(path.join(scratch, 'g')).equals(readFileSync(file))).toBe(true);
    expect(world.events[0]?.s3.object.size).toBe(3000);
  });

  test('takes part with temporary credentials, and is refused without the token', async () => {
    const file = scratchFile('f', someBytes(10));

    expect(await curl(`/${BUCKET}/k`, ['-T', file], SESSION)).toMatch(/\n200$/);
    expect(await curl(`/${BUCKET}/k`, [], { ...SESSION, sessionToken: undefined })).toMatch(
      /InvalidAccessKeyId[\s\S]*\n403$/,
    );
  });

  test('claims with If-None-Match, reads one version, and sees the answers 412 and 404', async () => {
    const file = scratchFile('f', Buffer.from('claim'));
    const claim = ['-T', file, '-H', 'If-None-Match: *'];

    expect(await curl(`/${BUCKET}/c`, claim)).toMatch(/\n200$/);
    expect(await curl(`/${BUCKET}/c`, claim)).toMatch(/PreconditionFailed[\s\S]*\n412$/);
    const versionId = world.events[0]?.s3.object.versionId;
    expect(await curl(`/${BUCKET}/c?versionId=${versionId}`)).toBe('claim\n200');
    expect(await curl(`/${BUCKET}/none`)).toMatch(/NoSuchKey[\s\S]*\n404$/);
  });

  test('sends a body by Content-Length with its checksum, and one that was damaged is refused', async () => {
    const file = scratchFile('f', Buffer.from('hello'));

    expect(await curl(`/${BUCKET}/k`, ['-T', file, '-H', 'x-amz-checksum-crc32: NhCmhg=='])).toMatch(/\n200$/);
    expect(await curl(`/${BUCKET}/k`, ['-T', file, '-H', 'x-amz-checksum-crc32: NhCmhh=='])).toMatch(
      /BadDigest[\s\S]*\n400$/,
    );
    expect(await curl(`/${BUCKET}/k`, ['-T', '-', '-H', 'Expect:'])).toMatch(/MissingContentLength[\s\S]*\n411$/);
  });

  test('what is not implemented is said so, and never taken for another operation', async () => {
    await curl(`/${BUCKET}/k`, ['-T', scratchFile('f', someBytes(10))]);

    expect(await curl(`/${BUCKET}/k?torrent=`)).toMatch(/NotImplemented[\s\S]*\n501$/);
    expect(await curl(`/${BUCKET}?lifecycle=`, ['-X', 'DELETE'])).toMatch(/NotImplemented[\s\S]*\n501$/);
    expect(await curl(`/${BUCKET}?inventory=`)).toMatch(/NotImplemented[\s\S]*\n501$/);
    expect(await curl(`/${BUCKET}/k`, ['-X', 'PATCH'])).toMatch(/MethodNotAllowed[\s\S]*\n405$/);
    expect(await curl(`/${BUCKET}?list-type=2&max-keys=x`)).toMatch(/<MaxKeys>1000<[\s\S]*\n200$/);
  });

  test('300 MB go up and down without passing through memory', async () => {
    const file = path.join(scratch, 'big');
    writeFileSync(file, Buffer.alloc(0));
    const block = someBytes(10 * MIB);
    for (let i = 0; i < 30; i++) writeFileSync(file, block, { flag: 'a' });
    let peak = 0;
    const before = process.memoryUsage.rss();
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);

    expect(await curl(`/${BUCKET}/big`, ['-T', file])).toMatch(/\n200$/);
    await curl(`/${BUCKET}/big`, ['-o', path.join(scratch, 'back')]);
    clearInterval(timer);

    expect(await md5(path.join(scratch, 'back'))).toBe(await md5(file));
    expect(world.events[0]?.s3.object.eTag).toBe(await md5(file));
    expect(peak - before).toBeLessThan(150 * MIB);
  });
});

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

/** On a machine without the AWS CLI its place is taken by the same work done with curl, above and here. */
describe(hasAwsCli ? 'the AWS CLI' : 'curl in the place of the AWS CLI', () => {
  async function aws(...args: string[]): Promise<string> {
    // Version 1 presigns for other endpoints than Amazon's with the signature before SigV4 unless it is told.
    const config = scratchFile('config', Buffer.from('[default]\ns3 =\n  signature_version = s3v4\n'));
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: world.url,
      AWS_ACCESS_KEY_ID: SESSION.accessKeyId,
      AWS_SECRET_ACCESS_KEY: SESSION.secretAccessKey,
      AWS_SESSION_TOKEN: SESSION.sessionToken,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: path.join(scratch, 'no-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    };
    const { stdout } = await run('aws', args, { env });
    return stdout;
  }
  const uri = (key: string) => `s3://${BUCKET}/${key}`;

  if (hasAwsCli) {
    test('copies small and large files up and down, lists, moves and removes them', async () => {
      const small = scratchFile('small', someBytes(1024));
      const large = scratchFile('large', someBytes(20 * MIB));

      await aws('s3', 'cp', '--only-show-errors', small, uri('in/ü small+1 .zip'));
      await aws('s3', 'cp', '--only-show-errors', large, uri('in/large.zip'));
      const listed = await aws('s3', 'ls', '--recursive', uri('in/'));
      await aws('s3', 'mv', '--only-show-errors', uri('in/ü small+1 .zip'), uri('moved/small'));
      await aws('s3', 'cp', '--only-show-errors', uri('in/large.zip'), uri('moved/large'));
      await aws('s3', 'cp', '--only-show-errors', uri('moved/small'), path.join(scratch, 'small-back'));
      await aws('s3', 'cp', '--only-show-errors', uri('moved/large'), path.join(scratch, 'large-back'));
      await aws('s3', 'rm', '--only-show-errors', '--recursive', uri('in/'));

      expect(listed).toMatch(/20971520 in\/large\.zip\n.*1024 in\/ü small\+1 \.zip\n/);
      expect(await md5(path.join(scratch, 'small-back'))).toBe(await md5(small));
      expect(await md5(path.join(scratch, 'large-back'))).toBe(await md5(large));
      expect(await aws('s3', 'ls', uri(''))).toMatch(/^\s+PRE moved\/\n$/);
      expect(world.events.map((event) => event.eventName)).toEqual([
        'ObjectCreated:Put',
        'ObjectCreated:CompleteMultipartUpload',
        'ObjectCreated:Copy',
        'ObjectCreated:CompleteMultipartUpload',
      ]);
    });

    test('makes buckets, and speaks the s3api: versions, conditions, tags', async () => {
      await aws('s3', 'mb', 's3://second-bucket');
      const put = JSON.parse(
        await aws('s3api', 'put-object', '--bucket', BUCKET, '--key', 'k', '--if-none-match', '*'),
      );
      const again = aws('s3api', 'put-object', '--bucket', BUCKET, '--key', 'k', '--if-none-match', '*');

      await expect(again).rejects.toThrow('PreconditionFailed');
      const versions = JSON.parse(await aws('s3api', 'list-object-versions', '--bucket', BUCKET));
      expect(versions.Versions).toMatchObject([{ Key: 'k', VersionId: put.VersionId, Size: 0 }]);
      const url = (await aws('s3', 'presign', uri('k'))).trim();
      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(url.replace(/Signature=./, 'Signature=_'))).status).toBe(400);
      await aws('s3', 'rb', 's3://second-bucket');
      expect(await aws('s3', 'ls')).toMatch(/ jobs\n$/);
    });

    test('streams from its standard input', async () => {
      const file = scratchFile('f', someBytes(9 * MIB));

      await run('sh', ['-c', `aws s3 cp - ${uri('stdin')} < ${file}`], {
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: world.url,
          AWS_ACCESS_KEY_ID: KEY.accessKeyId,
          AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
          AWS_DEFAULT_REGION: REGION,
        },
      });

      expect(world.events[0]?.s3.object.size).toBe(9 * MIB);
    });
  } else {
    test('copies by header, lists by one query parameter and removes', async () => {
      const file = scratchFile('f', someBytes(1024));

      await curl(`/${BUCKET}/in`, ['-T', file]);
      await curl(`/${BUCKET}/moved`, [
        '-X',
        'PUT',
        '-H',
        `x-amz-copy-source: /${BUCKET}/in`,
        '-H',
        'Content-Length: 0',
      ]);
      await curl(`/${BUCKET}/in`, ['-X', 'DELETE']);

      expect(await curl(`/${BUCKET}?list-type=2`)).toMatch(/<Key>moved<\/Key>[\s\S]*<Size>1024</);
    });
  }
});

function rfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
