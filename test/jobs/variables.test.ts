import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { roleOptions } from '../../local/account';
import { inPython, newSecret } from '../processes';
import { type JobResult, LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// app_env and app_secrets: variables of the app, of which the secret ones are in no place but its own environment.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
  for (const [name, value] of Object.entries(machine().environment)) process.env[name] = value;
});
afterEach(async () => {
  for (const name of Object.keys(machine().environment)) delete process.env[name];
  await job.close();
});

const secret = async (Name: string, SecretString: string) => {
  await new SecretsManagerClient(roleOptions(machine().services, 'machine')).send(
    new CreateSecretCommand({ Name, SecretString }),
  );
};
/** All that is kept of a job beside what its app wrote itself. */
const record = ({ status, ec2Log }: JobResult) => JSON.stringify(status) + ec2Log;

const SECRET = newSecret();
const MAIN = `${WRITE_OUTPUT}
import json, os, sys
def texts(pid):
    for name in ('environ', 'cmdline'):
        try:
            with open('/proc/%s/%s' % (pid, name), 'rb') as file:
                yield file.read()
        except OSError:
            pass
others = [pid for pid in os.listdir('/proc') if pid.isdigit() and int(pid) != os.getpid()]
seen = [pid for pid in others for text in texts(pid) if ${inPython(SECRET)}.encode() in text]
names = ('LEVEL', 'PASSWORD', 'PORT', 'KEY', 'GONE', 'PYTHONPATH')
write_output(json.dumps([[os.environ.get(name) for name in names], seen, sys.stdin.read()]))`;

test('the app has its variables, and nobody else has the secrets', async () => {
  await secret('db', JSON.stringify({ password: `${SECRET} '$x\n`, port: 5432 }));
  const parameter = { Name: '/team/key', Value: `${SECRET}-key`, Type: 'SecureString' as const };
  await new SSMClient(roleOptions(machine().services, 'machine')).send(new PutParameterCommand(parameter));
  job.commit({ 'main.py': MAIN });
  const app_secrets = { PASSWORD: 'db#password', PORT: 'db#port', KEY: 'ssm:/team/key' };
  await job.configure({ app_env: { LEVEL: 'a "b" $c', GONE: '', PYTHONPATH: 'src' }, app_secrets });
  const result = await job.run('variables');
  expect(result.status).toMatchObject({ state: 'SUCCEEDED' });
  const values = ['a "b" $c', `${SECRET} '$x\n`, '5432', `${SECRET}-key`, null, 'src'];
  expect(JSON.parse(resultText(result.output) ?? '')).toEqual([values, [], '']);
  expect(record(result)).not.toContain(SECRET);
});

test('a secret in the last words of an app is not in its status', async () => {
  await secret('token', 'hunter2-token');
  job.commit({ 'main.py': 'import os\nraise SystemExit("refused: " + os.environ["TOKEN"])' });
  await job.configure({ app_secrets: { TOKEN: 'token' } });
  const { status } = await job.run('last-words');
  expect(status.message).toBe('the app ended with exit status 1; its last line: refused: ***');
});

test('a secret that is not there ends the job before its app begins, in one sentence', async () => {
  job.commit({ 'main.py': 'raise SystemExit(3)' });
  await job.configure({ app_secrets: { TOKEN: 'nowhere#token' } });
  const { status } = await job.run('missing');
  expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS', exit_code: null });
  expect(status.message).toMatch(/^app_secrets\.TOKEN 'nowhere' cannot be read: .*; check its name/);
});

test('a version that somebody wrote by hand is checked before anything is read or run', async () => {
  job.commit({ 'main.py': '' });
  await job.override({ 'app_env.LD_PRELOAD': '/x.so', 'app_env.OK': '1', 'app_secrets.K': 'hunter2 !' });
  const result = await job.run('by-hand');
  expect(result.status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
  expect(result.status.message).toMatch(/app_env 'LD_PRELOAD' is the runner's .*app_secrets\.K names no secret/);
  expect(record(result)).not.toContain('hunter2');
});
