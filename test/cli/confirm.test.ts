import { PassThrough } from 'node:stream';
import type { Asked } from '../../cli/shared/ask';
import { confirm } from '../../cli/shared/confirm';

function terminal(): Asked & { said: () => string } {
  const output = new PassThrough();
  const input = Object.assign(new PassThrough(), { isTTY: true });
  return { input, output, said: () => String(output.read() ?? '') } as never;
}

test.each([
  ['y', true],
  ['YES', true],
  ['', false],
  ['n', false],
  ['yesterday', false],
])('the answer "%s" means %s', async (answer, expected) => {
  const asked = terminal();
  const answered = confirm('Delete 3 versions?', {}, asked);
  asked.input.push(`${answer}\n`);
  expect(await answered).toBe(expected);
  expect(asked.said()).toContain('Delete 3 versions? [y/N]');
});

test('-y asks nothing', async () => {
  const asked = terminal();
  expect(await confirm('Delete 3 versions?', { yes: true }, asked)).toBe(true);
  expect(asked.said()).toBe('');
});

test('without a terminal it is a refusal that names -y, never a question', async () => {
  const asked = terminal();
  asked.input.isTTY = false as never;
  const refused = confirm('Delete 3 versions?', {}, asked);
  await expect(refused).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/3 versions\?.* -y/) });
  expect(asked.said()).toBe('');
});

test('the end of the input, as Ctrl-D makes it, is no yes', async () => {
  const asked = terminal();
  const answered = confirm('Delete 3 versions?', {}, asked);
  asked.input.push(null);
  await expect(answered).rejects.toMatchObject({ exitCode: 130 });
});
