import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CreateLaunchTemplateVersionCommand,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BucketRules } from 'aws-emulator/s3/bucket-rules';
import type { S3EventRecord } from 'aws-emulator/s3/events';
import { followLog } from '../../cli/jobs/follow-log';
import { inputKey, outputKeys } from '../../contract/keys';
import type { Settings } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import type { Status } from '../../contract/status';
import { synthesizeLaunchTemplate } from '../../infra/synthesize-template';
import { LocalMachine } from '../../local/machine';
import { named, processesThatShow } from '../processes';

/** What a job left behind, as a user finds it. */
export interface JobResult {
  status: Status;
  ec2Log: string;
  appLog?: string;
  output?: Buffer;
}

/**
 * One local machine for all tests of a file, ended after the last. Fails then when anything of it is left: a process, a
 * mount or a folder.
 */
export function useLocalMachine(settings: Partial<Settings> = {}, bucketRules?: BucketRules): () => LocalMachine {
  let machine: LocalMachine | undefined;
  beforeAll(async () => {
    machine = await LocalMachine.start({
      settings: checkSettings({ app_url: 'https://example.com/none.git', ...settings }),
      bucketRules,
    });
  });
  afterAll(async () => {
    if (!machine) return;
    await machine.close();
    expect(existsSync(machine.stateDir)).toBe(false);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(machine.stateDir);
    expect(processesThatShow(machine.stateDir).map(named)).toEqual([]);
  });
  return () => machine as LocalMachine;
}

/** Reports each upload three times, as S3 may, until what it returns is called. */
export function repeatEvents({ services, functions }: LocalMachine): () => void {
  const again = (record: S3EventRecord) => {
    for (let times = 2; times > 0; times--) functions.launch.notify(record);
  };
  services.events.on('upload', again);
  return () => void services.events.off('upload', again);
}

/** A git repository for an app, and what is needed to run it on a local machine. */
export class LocalJob {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-test-'));
  readonly repository = path.join(this.dir, 'app');

  constructor(readonly machine: LocalMachine) {}

  /** Commits files to the app's repository and returns the commit. Content `null` removes a file. */
  commit(files: Record<string, string | null>): string {
    if (!existsSync(this.repository)) {
      mkdirSync(this.repository, { recursive: true });
      this.git('init', '--quiet', '--initial-branch=main');
    }
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.repository, name);
      if (content === null) rmSync(file);
      else {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '-m', 'app');
    return this.git('rev-parse', 'HEAD').trim();
  }

  git(...args: string[]): string {
    // A fresh machine does not know who commits.
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    return execFileSync('git', [...identity, '-C', this.repository, ...args], { encoding: 'utf8' });
  }

  /** Makes these settings the default as an operator does: a new launch template version. Returns its number. */
  async configure(settings: Partial<Record<keyof Settings, unknown>> = {}, makeDefault = true): Promise<number> {
    const app_url = pathToFileURL(this.repository).href;
    const checked = checkSettings({ app_url, ec2_timeout: '30m', ...settings });
    const { TagSpecifications } = synthesizeLaunchTemplate(checked).data;
    return this.newVersion({ TagSpecifications }, makeDefault);
  }

  /** Like {@link configure}, with tags as somebody may write them by hand: nothing has checked them. */
  async override(tags: Record<string, string>): Promise<number> {
    const all = { app_url: pathToFileURL(this.repository).href, ec2_timeout: '30m', ...tags };
    const Tags = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
    return this.newVersion({ TagSpecifications: [{ ResourceType: 'instance', Tags }] }, true);
  }

  private async newVersion(LaunchTemplateData: RequestLaunchTemplateData, makeDefault: boolean): Promise<number> {
    const LaunchTemplateId = this.machine.templateId;
    const { LaunchTemplateVersion } = await this.machine.ec2.send(
      new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, SourceVersion: '1', LaunchTemplateData }),
    );
    const version = LaunchTemplateVersion?.VersionNumber as number;
    if (makeDefault) {
      const DefaultVersion = String(version);
      await this.machine.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion }));
    }
    return version;
  }

  /** Uploads bytes to the key of a job. Returns the version id. */
  async upload(jobId: string, body: Buffer = inputZip(), key = inputKey(jobId)): Promise<string> {
    const put = new PutObjectCommand({ Bucket: this.machine.bucket, Key: key, Body: body });
    return (await this.machine.s3.send(put)).VersionId as string;
  }

  /** Uploads, waits for the final record and for the end of every instance, and reads what is there. */
  async run(jobId: string, body?: Buffer, key?: string): Promise<JobResult> {
    return this.result(jobId, await this.upload(jobId, body, key));
  }

  /** Waits until the status of an upload is such. */
  async waitFor(jobId: string, inputVersion: string, holds: (status: Status) => boolean): Promise<void> {
    const { s3, bucket } = this.machine;
    const reached = new AbortController();
    const onStatus = (status: Status) => holds(status) && reached.abort();
    const options = { run: { inputVersion }, onStatus, signal: reached.signal };
    await followLog({ s3, bucket, isLocal: true }, jobId, options).catch((error) => {
      if (!reached.signal.aborted) throw error;
    });
  }

  async result(jobId: string, inputVersion: string): Promise<JobResult> {
    const { s3, bucket } = this.machine;
    const status = await followLog({ s3, bucket, isLocal: true }, jobId, { run: { inputVersion } });
    await this.machine.idle();
    const keys = outputKeys(jobId);
    return {
      status,
      ec2Log: (await this.object(keys.ec2Log))?.toString() ?? '',
      appLog: (await this.object(keys.appLog))?.toString(),
      output: await this.object(keys.output),
    };
  }

  async object(key: string): Promise<Buffer | undefined> {
    try {
      const answer = await this.machine.s3.send(new GetObjectCommand({ Bucket: this.machine.bucket, Key: key }));
      return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** Fails when an instance, or a process that belongs to one, is left. */
  async close(): Promise<void> {
    await this.machine.idle();
    rmSync(this.dir, { recursive: true, force: true });
    expect(processesThatShow(path.join(this.machine.stateDir, 'instances')).map(named)).toEqual([]);
  }
}

/** A minimal zip: an empty archive is an end record alone. */
export function inputZip(): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  return end;
}

/** Python that writes a whole zip file to `output.zip` with one member. */
export const WRITE_OUTPUT = `
import zipfile
def write_output(text, name='output.zip'):
    with zipfile.ZipFile(name, 'w') as archive:
        archive.writestr('result.txt', text)
`;

/** The member that WRITE_OUTPUT wrote. */
export function resultText(output: Buffer | undefined): string | undefined {
  if (!output) return undefined;
  const script =
    'import sys, io, zipfile; sys.stdout.write(zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).read("result.txt").decode())';
  return execFileSync('python3', ['-c', script], { input: output, encoding: 'utf8' });
}
