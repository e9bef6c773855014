import { APP_RULES } from '../../contract/app-rules';
import { APP_VALUES, SECRET_URLS } from './app-values';
import { inRunnerShell } from './shell';

// The runner refuses what settings.yaml may not hold, and nothing else: a version of the launch template that somebody
// wrote by hand is checked on the instance alone.

/** The shell's word for each rule. */
const RULES = {
  app_url: 'url',
  app_ref: 'ref',
  app_main: 'path',
  app_credentials: 'credentials',
  ec2_timeout: 'timeout',
  python_version: 'python_version',
} as const;

test.each(Object.keys(RULES) as (keyof typeof RULES)[])('%s means the same on both sides', (name) => {
  const rule = RULES[name];
  const { allowed, refused } = APP_VALUES[name];
  const values: string[] = [...allowed, ...refused, ...(name === 'app_url' ? SECRET_URLS : [])];
  const secret = name === 'app_url' ? ' && ! settings::holds_secret "$value"' : '';
  const script = `for value in "$@"; do if settings::is_${rule} "$value"${secret}; then echo yes; else echo no; fi; done`;
  const verdicts = inRunnerShell(['contract', 'clock', 'settings'], script, values).trim().split('\n');
  const pairs = (said: string[]) => values.map((value, index) => `${JSON.stringify(value)} ${said[index]}`);
  expect(pairs(verdicts)).toEqual(pairs(values.map((value) => (APP_RULES[name](value) === undefined ? 'yes' : 'no'))));
});
