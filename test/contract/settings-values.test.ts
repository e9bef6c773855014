import { settingsTags, showValue } from '../../contract/settings';
import { parseSettings } from '../../contract/settings-load';
import { problemsOf } from './settings-problems';

const URL_LINE = 'app_url: https://example.com/app.git\n';

test.each([
  ['volume_initialization_rate', [0, 100, 300], [1, 99, 301, 100.5, '100']],
  ['launch_wait', ['60s', '13d'], ['59s', '1124000s', '14d', '12', 12]],
  ['role_path', [`/${'x'.repeat(510)}/`], [`/${'x'.repeat(511)}/`]],
  ['log_retention_days', [0, 90, 3653], [2, 3654, '90']],
  ['tags', [{ a: 'x'.repeat(256), 'a.b': 'é' }], [{ a: 'x'.repeat(257) }]],
])('%s may be %j and may not be %j', (name, allowed, refused) => {
  const where = (value: unknown) =>
    problemsOf(`${URL_LINE}${name}: ${JSON.stringify(value)}\n`).map(({ path }) => path);
  expect(allowed.map(where)).toEqual(allowed.map(() => []));
  for (const value of refused) expect(where(value)[0]).toMatch(new RegExp(`^${name}`));
});

test.each([
  ['app_args', 'use text'],
  ['app_main', 'use a file path relative to the root of the app'],
  ['app_credentials', 'use the name or ARN of a Secrets Manager secret, or ssm:/name of an SSM SecureString'],
])('of %s that is no text is said what is allowed', (name, allowed) => {
  expect(problemsOf(`${URL_LINE}${name}: {a: 1}\n`)).toMatchObject([{ path: name, allowed }]);
});

const statement = (text: string) => problemsOf(`${URL_LINE}app_aws_access: true\napp_statements: [{${text}}]\n`);

test.each(['Action: a', 'Resource: b', 'Action: a, Resource: b, Effect: Deny'])('{%s} is no statement', (text) => {
  expect(statement(text)).toMatchObject([
    { path: 'app_statements.0', allowed: expect.stringContaining('use an IAM statement that allows') },
  ]);
});

test.each(['Action: a, Resource: b', 'Action: a, Resource: b, Effect: Allow'])('{%s} is a statement', (text) => {
  expect(statement(text)).toEqual([]);
});

test('what is allowed of the days that logs are kept is told in whole', () => {
  expect(problemsOf(`${URL_LINE}log_retention_days: 2\n`)[0]?.allowed).toBe(
    'use one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days; 0: for ever)',
  );
});

test('as many tags as there is room for may be set, and not one more', () => {
  const tags = (count: number) =>
    problemsOf(`${URL_LINE}tags: {${Array.from({ length: count }, (_, index) => `k${index}: v`).join(', ')}}\n`);
  const most = Number(/at most (\d+) tags/.exec(tags(40)[0]?.allowed ?? '')?.[1]);
  expect(tags(most)).toEqual([]);
  expect(tags(most + 1)).toHaveLength(1);
});

test('price and packages are tags too, the price without noise', () => {
  const settings = parseSettings(`${URL_LINE}price_per_hour: 0.1234567891\nsystem_packages: [poppler-utils, git]\n`);
  expect(settingsTags(settings)).toMatchObject({ price_per_hour: '0.123457', system_packages: 'git poppler-utils' });
});

test.each([
  ['attempts', 6, '6'],
  ['nothing_known', { a: 1 }, '{"a":1}'],
  ['app_args', undefined, 'nothing'],
  ['app_args', 'x'.repeat(78), `"${'x'.repeat(78)}"`],
  ['app_args', 'x'.repeat(79), `"${'x'.repeat(76)}...`],
  ['app_url', 'https://bob:hunter2@h/a', '"https://***@h/a"'],
  ['app_url', 7, '7'],
  ['http_proxy', 'http://bob:hunter2@h:80', '"http://***@h:80"'],
  ['app_env.URL', 'a://bob:hunter2@h', '"a://***@h"'],
  ['app_credentials', 'hunter2', '(not shown)'],
  ['app_secrets.KEY', 'hunter2', '(not shown)'],
  ['pip_config', 'hunter2', '(not shown)'],
  ['app_credentials', '', '""'],
])('of %s the value %j is shown as %s', (name, value, shown) => {
  expect(showValue(name, value)).toBe(shown);
});
