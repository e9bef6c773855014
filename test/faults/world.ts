import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { SecretsManagerService } from 'aws-emulator/secretsmanager/service';
import { BUCKET, type Cloud, REGION, startCloud } from '../boot/cloud';
import { type GitServer, startGitServer } from '../jobs/git-server';

/** The name of the secret that app_credentials names, and its value: nobody but git's own server may see that. */
export const GIT_SECRET = 'faults-git';
export const GIT_PASSWORD = 'the-password-of-the-private-repository';
/** Stands in files that only root can read (image.ts): seen anywhere else, somebody has read such a file. */
export const CANARY = 'canary-of-a-file-that-only-root-may-read';
/** How much the clock of the second endpoint is ahead. */
export const AHEAD_SECONDS = 3600;

/** An object as it once was. */
export interface Version {
  key: string;
  body: Buffer;
  isCurrent: boolean;
}

/** What all rows share: AWS, and a git server that wants a password. */
export interface World {
  cloud: Cloud;
  /** The same services with a clock that is ahead. */
  ahead: Endpoint;
  git: GitServer;
  /** Every version of every object below a prefix. */
  versions(prefix: string): Promise<Version[]>;
  put(key: string, body: string): Promise<void>;
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

/** @param repositories the folder that the git server shows */
export async function startWorld(dir: string, repositories: string): Promise<World> {
  mkdirSync(dir, { recursive: true });
  const secrets = new SecretsManagerService({ region: REGION });
  const cloud = await startCloud(path.join(dir, 'cloud'), [secrets]);
  const { keys, services, url: endpoint, client } = cloud;
  const ahead = await startEndpoint({ services, keys, now: () => Date.now() + AHEAD_SECONDS * 1000 });
  const credentials = { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
  const manager = new SecretsManagerClient({ endpoint, region: REGION, credentials });
  const SecretString = JSON.stringify({ username: 'reader', password: GIT_PASSWORD });
  await manager.send(new CreateSecretCommand({ Name: GIT_SECRET, SecretString }));
  manager.destroy();
  const git = await startGitServer(repositories, { user: 'reader', password: GIT_PASSWORD });
  return {
    cloud,
    ahead,
    git,
    versions: (prefix) => versions(client, prefix),
    put: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))),
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }))),
    async close() {
      await git.close();
      await ahead.close();
      await cloud.close();
    },
  };
}

async function versions(client: S3Client, Prefix: string): Promise<Version[]> {
  const found: Version[] = [];
  let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (next) {
    const page: Awaited<ReturnType<typeof list>> = await list(client, Prefix, next);
    for (const { Key, VersionId, IsLatest } of page.Versions ?? []) {
      const object = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }));
      const body = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
      found.push({ key: Key ?? '', body, isCurrent: IsLatest === true });
    }
    next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
  return found;
}

const list = (client: S3Client, Prefix: string, from: { KeyMarker?: string; VersionIdMarker?: string }) =>
  client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix, ...from }));
