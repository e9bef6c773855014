import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { schema as doctorSchema } from '../../cli/json/doctor';
import { schema as statusSchema } from '../../cli/json/status';
import { lambdaEc2, startLambdaEc2 } from './run-command';

const states = (stdout: string) => {
  const { ok, checks } = doctorSchema.parse(JSON.parse(stdout));
  return { ok, of: Object.fromEntries(checks.map(({ name, state }) => [name, state])) };
};

test('without a machine of local up, doctor --local says how to start one', async () => {
  const { code, stdout } = await lambdaEc2(['doctor', '--local']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^problem +machine .* -> lambda-ec2 local up$/m);
  expect(stdout).toMatch(/^skipped +bucket /m);
});

test('on the machine of local up doctor and status find it as it is', async () => {
  const up = startLambdaEc2(['local', 'up', '--app', 'example', '--settings', 'example/settings.yaml']);
  const ended = once(up, 'exit');
  let said = '';
  up.stderr.on('data', (text) => {
    said += text;
  });
  try {
    while (!said.includes('Ctrl-C ends everything')) {
      if (up.exitCode !== null) throw new Error(`local up ended: ${said}`);
      await pause(100);
    }
    const doctor = await lambdaEc2(['doctor', '--local', '--json'], { env: { TERM: 'dumb' } });
    const { ok, of } = states(doctor.stdout);
    expect([doctor.code, ok, doctor.stderr]).toEqual([0, true, '']);
    expect(of).toMatchObject({
      machine: 'ok',
      'default version': 'ok',
      bucket: 'ok',
      repository: 'ok',
      quota: 'skipped',
    });
    const status = await lambdaEc2(['status', '--local', '--json']);
    const found = statusSchema.parse(JSON.parse(status.stdout));
    expect([status.code, found.jobs.under_way, found.dead_letters, found.unknown]).toEqual([0, 0, 0, []]);
  } finally {
    up.kill('SIGINT');
    await ended;
  }
});
