import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jobIdProblem } from '../../contract/keys';
import { EXIT, UserError } from '../../contract/user-error';
import { fileNameOf } from '../shared/output-files';
import { NEWEST } from './find-job';
import { checkZip, zipFolder } from './zip-input';

/** What a job shall read: a zip file on this machine, or an object of S3. */
export type Input = { kind: 'file'; file: string } | InputObject;

export interface InputObject {
  kind: 'object';
  bucket: string;
  key: string;
  versionId?: string;
  /** Its bytes, where they are known. */
  size?: number;
}

/** An input that can be uploaded, and how to take away what had to be made for it. */
export interface PreparedInput {
  input: Input;
  jobId: string;
  remove(): void;
}

const S3_URL = /^s3:\/\/([^/]+)\/(.+)$/;
const ZIP = /\.zip$/i;

/**
 * Makes an input of what a person gave: a zip file, a folder, or `s3://BUCKET/KEY`. A folder is packed into a temporary
 * file. `id` is the job's; absent: the name of what was given, without `.zip`.
 *
 * @throws UserError for what cannot be an input; rejects on `signal`
 */
export async function prepareInput(given: string, id?: string, signal?: AbortSignal): Promise<PreparedInput> {
  const s3 = S3_URL.exec(given);
  if (given.startsWith('s3:') && !s3) throw new UserError(`${given}: write an object as s3://BUCKET/KEY`);
  const jobId = checkedId(given, id ?? path.basename(path.resolve(s3?.[2] ?? given)).replace(ZIP, ''));
  if (s3) {
    if (!ZIP.test(given)) throw new UserError(`${given}: an input is a zip file, whose key ends in .zip`);
    return { input: { kind: 'object', bucket: s3[1] as string, key: s3[2] as string }, jobId, remove: () => {} };
  }
  const there = statSync(given, { throwIfNoEntry: false });
  if (!there) throw new UserError(`${given}: there is no such file or folder`, EXIT.usage);
  if (there.isDirectory()) return packedFolder(given, jobId, signal);
  if (!there.isFile()) throw new UserError(`${given}: that is no file and no folder`);
  if (!ZIP.test(given)) throw new UserError(`${given}: an input is a .zip file or a folder: pack it as one`);
  await checkZip(given);
  return { input: { kind: 'file', file: given }, jobId, remove: () => {} };
}

/**
 * A job id that can be used.
 *
 * @throws UserError that says why not
 */
export function checkedId(given: string, jobId: string): string {
  if (jobId === NEWEST)
    throw new UserError(`${given}: the id - means the newest job everywhere: give another with --id`);
  const problem = jobIdProblem(jobId);
  if (problem) throw new UserError(`${given}: ${problem}`);
  return jobId;
}

async function packedFolder(folder: string, jobId: string, signal?: AbortSignal): Promise<PreparedInput> {
  const temporary = temporaryFolder();
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  const file = path.join(temporary, fileNameOf(`${jobId}.zip`));
  try {
    await zipFolder(folder, file, signal);
    return { input: { kind: 'file', file }, jobId, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(path.join(tmpdir(), 'lambda-ec2-input-'));
  } catch (error) {
    const why = `the folder cannot be packed below ${tmpdir()} (${(error as Error).message})`;
    throw new UserError(`${why}: set TMPDIR to a folder that is there and can be written`);
  }
}
