import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { saveOutputs } from '../../../cli/jobs/save-outputs';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';

let world: World;
let dir: string;
beforeEach(async () => {
  world = await startWorld();
  dir = mkdtempSync(path.join(tmpdir(), 'outputs-'));
});
afterEach(async () => {
  rmSync(dir, { recursive: true });
  await world.close();
});

test.each([238, 239, 300])('an id whose last part has %i bytes is saved, or refused in a sentence', async (length) => {
  const id = `2026/${'x'.repeat(length)}`;
  await world.put(`app_runner/output/${id}_status.json`, '{}');
  const saved = saveOutputs({ s3: world.s3, bucket: BUCKET }, id, dir, { quiet: true });
  if (length <= 238) await expect(saved).resolves.toEqual({ status: expect.any(String) });
  else
    await expect(saved).rejects.toThrow(/the last part of the id has more than 238 bytes; run it under a shorter one/);
  expect(readdirSync(dir)).toHaveLength(length <= 238 ? 1 : 0);
});
