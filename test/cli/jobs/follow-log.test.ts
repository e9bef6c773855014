import type { S3Client } from '@aws-sdk/client-s3';
import { followLog } from '../../../cli/jobs/follow-log';

const status = (input_version: string | null, state: string) =>
  JSON.stringify({ schema: 1, job_id: 'x', attempt: 1, state, message: '', started: null, ended: null, input_version });

/** A status object that is read once in each of these shapes. */
function store(...texts: string[]): S3Client {
  const left = [...texts];
  const Body = { transformToString: async () => (left.length > 1 ? left.shift() : left[0]) };
  return { send: async () => ({ Body }) } as never;
}

test.each([
  ['v2', [status('v1', 'SUCCEEDED'), status('v2', 'RUNNING'), status('v2', 'FAILED')], 'FAILED'],
  // In a bucket without versions there is none to tell the uploads apart by.
  ['', [status(null, 'RUNNING'), status(null, 'SUCCEEDED')], 'SUCCEEDED'],
])('the final status of version %j is waited for', async (inputVersion, texts, state) => {
  const system = { s3: store(...texts), bucket: 'b', isLocal: true };
  const found = await followLog(system, 'x', { run: { inputVersion }, signal: AbortSignal.timeout(10_000) });
  expect(found).toMatchObject({ state, input_version: inputVersion || null });
});
