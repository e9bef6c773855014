import { missingInputs } from '../../../cli/jobs/missing-inputs';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('an upload that starts no job is no input without a record, and is told with why', async () => {
  for (const name of ['may.zip', 'S.ZIP', 'data.csv', 'done.zip', '.zip', 'folder/'])
    await world.put(`app_runner/input/${name}`, 'x');
  await world.put('app_runner/output/done_status.json', '{}');
  const { missing, ignored } = await missingInputs({ s3: world.s3, bucket: BUCKET });
  expect(missing.map(({ jobId }) => jobId)).toEqual(['may']);
  const told = Object.fromEntries(ignored.map(({ inputKey, message }) => [inputKey.slice(17), message]));
  const small = 'the key does not end in .zip: upload it as NAME.zip, in small letters';
  expect(told).toEqual({ 'S.ZIP': small, 'data.csv': small, '.zip': expect.stringContaining('is empty') });
});
