import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, aHealthyAccount, refuse } from './healthy-account';
import { lambdaEc2, ROOT } from './run-command';
import { onTerminal } from './terminal';

// Profiles of people: roles with an MFA device, and IAM Identity Center.

const NOWHERE = 'http://127.0.0.1:1';
const DEVICE = 'arn:aws:iam::123456789012:mfa/ann';
let account: Account;
let home: string;
let codes: (string | undefined)[];

beforeAll(async () => {
  account = await aHealthyAccount('https://example.com/team/app.git');
  home = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-sign-in-'));
  mkdirSync(path.join(home, '.aws/sso/cache'), { recursive: true });
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key } = account.environment;
  const keys = `aws_access_key_id = ${id}\naws_secret_access_key = ${key}`;
  const role = 'role_arn = arn:aws:iam::123456789012:role/jobs\nsource_profile = base';
  const session = 'sso_session = office\nsso_account_id = 123456789012\nsso_role_name = jobs';
  const office = 'sso_region = eu-west-1\nsso_start_url = https://office.invalid/start';
  writeFileSync(
    path.join(home, '.aws/config'),
    `[profile base]\n${keys}\n[profile role]\n${role}\n[profile mfa]\n${role}\nmfa_serial = ${DEVICE}\n` +
      `[profile office]\n${session}\n[sso-session office]\n${office}\n`,
  );
});
beforeEach(() => {
  codes = [];
  account.answers.AssumeRole = (({ TokenCode }: { TokenCode?: string }) => {
    codes.push(TokenCode);
    if (TokenCode !== undefined && TokenCode !== '123456') refuse();
    return {
      Credentials: {
        AccessKeyId: account.environment.AWS_ACCESS_KEY_ID,
        SecretAccessKey: account.environment.AWS_SECRET_ACCESS_KEY,
        SessionToken: 'token',
        Expiration: new Date(Date.now() + 3_600_000),
      },
    };
  }) as never;
});
afterAll(async () => {
  await account.close();
  rmSync(home, { recursive: true, force: true });
});

const environment = (more: NodeJS.ProcessEnv = {}) => ({
  ...account.environment,
  HOME: home,
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_CONFIG_FILE: path.join(home, '.aws/config'),
  ...more,
});

/** The token that `aws sso login` leaves, good for so many seconds. */
function ssoToken(seconds: number): void {
  const file = `${createHash('sha1').update('office').digest('hex')}.json`;
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
  const token = { accessToken: 'x', expiresAt, region: 'eu-west-1', startUrl: 'https://office.invalid/start' };
  writeFileSync(path.join(home, '.aws/sso/cache', file), JSON.stringify(token));
}

test('a person types the code of the MFA device once, for all clients of a command', async () => {
  const options = { ask: `MFA code of ${DEVICE}: `, answer: '123456\r', env: environment() };
  const { code, lines } = await onTerminal(ROOT, ['doctor', '--profile', 'mfa', '--stack', 'jobs'], options);
  expect(lines.join('\n')).toMatch(/^ok +credentials/m);
  expect(lines.join('\n')).toMatch(/^ok +bucket/m);
  expect([codes, typeof code]).toEqual([['123456'], 'number']);
});

test('without a terminal one sentence says what else there is', async () => {
  const { code, stderr } = await lambdaEc2(['status', '--profile', 'mfa'], { env: environment() });
  expect(stderr).toMatch(
    /^error: not signed in to AWS: the profile asks for a code of arn:\S+mfa\/ann, and there is no terminal/,
  );
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect([code, codes]).toEqual([4, []]);
});

test('a role that may not be assumed means not signed in, an STS that is not reached that nothing is known', async () => {
  account.answers.AssumeRole = refuse;
  const status = (env?: NodeJS.ProcessEnv) => lambdaEc2(['status', '--profile', 'role'], { env: environment(env) });
  expect(await status()).toMatchObject({ code: 4, stderr: expect.stringContaining('AccessDenied') });
  const unreached = await status({ AWS_ENDPOINT_URL_STS: NOWHERE });
  expect(unreached).toMatchObject({ code: 3, stderr: expect.stringMatching(/could not be asked.*ECONNREFUSED/) });
});

test('so it is for IAM Identity Center: a session that is over, and a portal that is not reached', async () => {
  const env = environment({ AWS_ENDPOINT_URL_SSO: NOWHERE, AWS_ENDPOINT_URL_SSO_OIDC: NOWHERE });
  const status = () => lambdaEc2(['status', '--profile', 'office'], { env });
  ssoToken(3600);
  expect(await status()).toMatchObject({ code: 3, stderr: expect.stringMatching(/could not be asked.*ECONNREFUSED/) });
  ssoToken(-3600);
  expect(await status()).toMatchObject({ code: 4, stderr: expect.stringContaining('aws sso login') });
});
