import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AccessKeys } from 'aws-emulator/access-keys';
import { startEndpoint } from 'aws-emulator/http/server';
import { startImds } from 'aws-emulator/imds/server';
import { S3Service } from 'aws-emulator/s3/service';
import { formatJobLine } from '../contract/job-line';
import { inputKey } from '../contract/keys';
import { prepareImage } from '../local/instance/image';
import { prepareTools } from '../local/instance/tools';

const REGION = 'eu-west-1';
const BUCKET = 'bench-bucket';
const TIMEOUT_SECONDS = 300;
const curl = ['curl', '--fail', '--silent', '--show-error'];
// As the AWS CLI does with a large file over TLS: what is compared is the copy, not a sum of it.
const unsigned = ['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];

/** An instance as far as its runner sees it, on which job after job runs. */
export interface OneInstance {
  /**
   * Runs boot and the runner, behind other words when given, on a file or on an empty zip file. Returns the CPU seconds
   * of all their processes.
   */
  runJob(before?: string[], input?: string): Promise<number>;
  /** MiB in memory of the largest process of the last command or job. */
  peak(): number;
  /** Words of curl for an object of the bucket. */
  curl(key: string): string[];
  /** Uploads a file by the AWS CLI that the runner has for large ones. */
  upload(file: string): Promise<number>;
  /** Takes everything out of the bucket: twenty copies of a large file are more than many a disk has room for. */
  empty(): Promise<void>;
  /** The CPU seconds of any command. */
  cpuOf(command: string[]): Promise<number>;
  /** {job_id}_ec2.log of the last job, as it is on the disk. */
  log(): string;
  /** The ports of the services. */
  ports: Record<string, number>;
  /** The app's interpreter. */
  python: string;
  close(): Promise<void>;
}

/** Prepares an instance with these runner's files for jobs of an app. The first job makes the environment. */
export async function oneInstance(dir: string, rootfs: string, appUrl: string): Promise<OneInstance> {
  const root = path.join(dir, 'root');
  mkdirSync(dir, { recursive: true });
  const { python } = await prepareImage({ rootfs, dir: root, pythonVersion: '3.6' });
  // The runner asks for nothing else of systemd, and the job ends without powering off this machine.
  const shim = (name: string, line: string) =>
    writeFileSync(path.join(root, 'usr/local/sbin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  shim('systemctl', 'exit 0');
  // The power-off at the deadline would hold up whoever waits for all processes.
  shim('sleep', `[ "$1" -gt ${TIMEOUT_SECONDS} ] 2>&- && exit 0; exec /usr/bin/sleep "$@"`);
  const keys = new AccessKeys();
  const s3 = new S3Service({ dir: path.join(dir, 's3'), region: REGION });
  s3.createBucket(BUCKET, { versioned: true });
  const endpoint = await startEndpoint({ services: [s3], keys });
  const credentials = { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
  const client = new S3Client({ endpoint: endpoint.url, region: REGION, credentials, forcePathStyle: true });
  let userData = Buffer.alloc(0);
  const imds = await startImds({
    ...{ instanceId: 'i-0123456789abcdef0', imageId: 'ami-1', instanceType: 'm7i.large', region: REGION },
    ...{ accountId: '123456789012', availabilityZone: `${REGION}a`, privateIpAddress: '10.0.0.1' },
    ...{ privateDnsName: 'ip-10-0-0-1.ec2.internal', launchTime: new Date(), httpTokens: 'required' as const },
    get userData() {
      return userData;
    },
    tags: () => ({ app_url: appUrl, ec2_timeout: `${TIMEOUT_SECONDS}s` }),
    role: {
      name: 'runner',
      instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/r',
      credentials: () => keys.assumeRole(),
    },
  });
  // What an instance has for large files.
  prepareTools(path.join(dir, 'tools'));
  const env = {
    PATH: `${root}/usr/local/sbin:${dir}/tools:/usr/bin:/bin`,
    HOME: `${root}/root`,
    LANG: 'C.UTF-8',
    AWS_ENDPOINT_URL: endpoint.url,
    // Nothing that comes with time: a job takes a moment, or longer where the machine is busy.
    LAMBDA_EC2_LIVE_SECONDS: '3600',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url,
  };
  const libexec = path.join(root, 'usr/libexec/lambda-ec2');
  const runner = existsSync(path.join(libexec, 'runner')) ? `'${libexec}/runner' run` : `'${libexec}/run'`;
  let number = 0;
  const cpuOf = async (command: string[]) => {
    const report = path.join(dir, 'times');
    // Python's own resource module tells of all children that have ended, whatever shell there is.
    const measure =
      'import resource, subprocess, sys\nsubprocess.run(sys.argv[2:], check=False)\nused = resource.getrusage(resource.RUSAGE_CHILDREN)\nopen(sys.argv[1], "w").write("%f %d" % (used.ru_utime + used.ru_stime, used.ru_maxrss))';
    const child = spawn('python3', ['-c', measure, report, ...command], {
      env: { ...env, PATH: `${env.PATH}:${process.env.PATH}` },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    return Number(readFileSync(report, 'utf8').split(' ')[0]);
  };
  const signing = ['--aws-sigv4', `aws:amz:${REGION}:s3`, '--user', `${keys.accessKeyId}:${keys.secretAccessKey}`];
  const log = () => readFileSync(path.join(root, 'var/lib/lambda-ec2/ec2.log'), 'utf8');
  return {
    ports: { S3: Number(new URL(endpoint.url).port), IMDS: Number(new URL(imds.url).port) },
    python: python.used.path,
    log,
    cpuOf,
    peak: () => Number(readFileSync(path.join(dir, 'times'), 'utf8').split(' ')[1]) / 1024,
    curl: (key) => [...curl, ...signing, ...unsigned, `${endpoint.url}/${BUCKET}/${key}`],
    upload: (file) => cpuOf(['aws', 's3', 'cp', '--only-show-errors', file, `s3://${BUCKET}/bare-cli`]),
    async runJob(before = [], input) {
      const jobId = `job-${++number}`;
      for (const folder of ['run/lambda-ec2', 'var/lib/lambda-ec2'])
        rmSync(path.join(root, folder), { recursive: true, force: true });
      const Key = inputKey(jobId);
      const Body = input ? createReadStream(input) : emptyZip();
      const { VersionId = '' } = await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
      userData = Buffer.from(
        formatJobLine({ bucket: BUCKET, key: Key, versionId: VersionId, sequencer: '', attempt: 1 }),
      );
      const seconds = await cpuOf([...before, 'bash', '-c', `'${libexec}/boot'; exec ${runner}`]);
      if (!log().includes('job succeeded')) throw new Error(`a job of the bench failed: ${log().slice(-2000)}`);
      return seconds;
    },
    async empty() {
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
      for (const { Key, VersionId } of Versions)
        await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key, VersionId }));
    },
    async close() {
      client.destroy();
      await imds.close();
      await endpoint.close();
    },
  };
}

/** An archive without entries is its end record alone. */
function emptyZip(): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  return end;
}
