import { applyGlobals, jsonAsAsked } from '../../cli/shared/globals';

test('a profile that is named wins over keys in the environment', () => {
  const env = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B', AWS_SESSION_TOKEN: 'C', AWS_REGION: 'us-east-1' };
  applyGlobals({ profile: 'work', region: 'eu-west-1' }, env);
  expect(env).toEqual({ AWS_PROFILE: 'work', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
});

test('without a profile or Region the environment stays as it is', () => {
  const env = { AWS_ACCESS_KEY_ID: 'A', AWS_REGION: 'us-east-1' };
  applyGlobals({}, env);
  expect(env).toEqual({ AWS_ACCESS_KEY_ID: 'A', AWS_REGION: 'us-east-1' });
});

test('--output json is --json', () => {
  expect(jsonAsAsked(['list', '--output', 'json', '-n', '3'])).toEqual(['list', '--json', '-n', '3']);
  expect(jsonAsAsked(['list', '--output=json'])).toEqual(['list', '--json']);
  expect(jsonAsAsked(['submit', 'json', '--out', 'json'])).toEqual(['submit', 'json', '--out', 'json']);
});

test('so is --format json, and a table is what there is anyway', () => {
  expect(jsonAsAsked(['show', 'may', '--format', 'json'])).toEqual(['show', 'may', '--json']);
  expect(jsonAsAsked(['list', '--format=json', '--output', 'table', '-w'])).toEqual(['list', '--json', '-w']);
  expect(jsonAsAsked(['list', '--output'])).toEqual(['list', '--output']);
  expect(jsonAsAsked(['list', '--format', 'yaml'])).toEqual(['list', '--format', 'yaml']);
});

test('a Region of the AWS CLI alone counts as well', () => {
  const env: NodeJS.ProcessEnv = { AWS_DEFAULT_REGION: 'eu-west-1' };
  applyGlobals({}, env);
  expect(env.AWS_REGION).toBe('eu-west-1');
});

test.each(['stack', 'region', 'profile'])('--local and --%s contradict each other', (other) => {
  const env = {};
  expect(() => applyGlobals({ local: true, [other]: 'x' }, env)).toThrow(`--${other} a stack: leave one out`);
  expect(env).toEqual({});
});
