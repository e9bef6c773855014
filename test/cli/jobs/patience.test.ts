import { Patience } from '../../../cli/jobs/patience';

const STACK = { isLocal: false, options: [] };
const away = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
const failing = (error: Error) => () => Promise.reject(error);

test('a network that is away for a while is borne, and not for ever', async () => {
  const patience = new Patience(STACK);
  expect(await patience.with(failing(away))).toBeUndefined();
  expect(await patience.with(async () => 'there')).toBe('there');
  await expect(new Patience(STACK, -1).with(failing(away))).rejects.toBe(away);
});

test('what does not pass is told at once', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  for (const error of [denied, new TypeError('a defect')]) {
    await expect(new Patience(STACK).with(failing(error))).rejects.toBe(error);
  }
});

test('a machine of local up that has ended took its jobs along', async () => {
  process.env.LAMBDA_EC2_STATE = '/nonexistent';
  const patience = new Patience({ ...STACK, isLocal: true, options: ['--local'] });
  await expect(patience.with(failing(away))).rejects.toMatchObject({ exitCode: 1 });
});
