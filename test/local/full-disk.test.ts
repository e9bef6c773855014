import { tmpdir } from 'node:os';
import { inScratchFolder } from '../../cli/local/in-scratch-folder';

test.each(['ENOSPC', 'EDQUOT'])('%s is told with the folder and how to choose another', async (code) => {
  const full = Object.assign(new Error(`${code}: no space left on device, write`), { code });
  const outside = tmpdir();
  const run = inScratchFolder({ interrupted: '' }, () => Promise.reject(full));
  await expect(run).rejects.toMatchObject({
    message: expect.stringMatching(`^no room is left in ${outside}, .*set TMPDIR to a folder with more$`),
    exitCode: 2,
  });
});

test('another error stays as it is', async () => {
  const error = new Error('something else');
  await expect(inScratchFolder({ interrupted: '' }, () => Promise.reject(error))).rejects.toBe(error);
});
