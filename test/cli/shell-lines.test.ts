import { execFileSync, spawnSync } from 'node:child_process';
import { type Shell, shellLines, shellOf } from '../../cli/local/shell-lines';

const MACHINE = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a/key+of=this',
};

/** A shell as people have it. */
const HOSTILE = {
  AWS_SESSION_TOKEN: 'token',
  AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z',
  AWS_PROFILE: 'work',
  AWS_DEFAULT_PROFILE: 'work',
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://secrets.example.com',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_CA_BUNDLE: '/none',
  AWS_CONFIG_FILE: '/none',
};

/** The environment of a shell after the lines were pasted into it. */
function environmentOf(shell: string, lines: string[], before: Record<string, string>): Record<string, string> {
  const options = { encoding: 'utf8', env: { PATH: process.env.PATH ?? '', HOME: '/', ...before } } as const;
  const text = execFileSync(shell, ['-c', `${lines.join('\n')}\nenv -0`], options);
  return Object.fromEntries(text.split('\0').map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

const EXPECTED = {
  ...MACHINE,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
};

const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;
const shells: [string, Shell][] = [
  ['sh', 'sh'],
  ['bash', 'sh'],
  ['zsh', 'sh'],
  ['fish', 'fish'],
];
const onThisMachine = shells.filter(([program]) => has(program));

describe.each(onThisMachine)('pasted into %s', (program, kind) => {
  const lines = shellLines(MACHINE, kind);

  test.each([{}, HOSTILE])('nothing that was set leads elsewhere', (before) => {
    const after = environmentOf(program, lines, before);
    expect(Object.fromEntries(Object.entries(after).filter(([name]) => name.startsWith('AWS_')))).toEqual(EXPECTED);
  });

  test.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{ NO_PROXY: 'a.example, b.example' }, ['a.example', 'b.example']],
    [{ no_proxy: 'a.example', NO_PROXY: 'c.example' }, ['a.example']],
  ])('no proxy stands before loopback, with %j', (before, kept) => {
    const after = environmentOf(program, lines, { HTTP_PROXY: 'http://proxy.example:3128', ...before });
    for (const name of ['no_proxy', 'NO_PROXY']) {
      const hosts = (after[name] ?? '').split(',').map((host) => host.trim());
      expect(hosts).toEqual(expect.arrayContaining(['127.0.0.1', 'localhost', ...kept]));
    }
    expect(after.HTTP_PROXY).toBe('http://proxy.example:3128');
  });
});

test.each([
  [{ SHELL: '/usr/bin/fish' }, 'fish'],
  [{ SHELL: '/bin/zsh' }, 'sh'],
  [{}, 'sh'],
])('%j is %s', (env, shell) => {
  expect(shellOf(env)).toBe(shell);
});
