import { RULES, type SettingKind } from '../../contract/app-rules';
import { APP_VALUES, SECRET_URLS } from './app-values';
import { inRunner } from './runner';

// The runner refuses what settings.yaml may not hold, and nothing else: a version of the launch template that somebody
// wrote by hand is checked on the instance alone.

test.each(Object.keys(RULES) as SettingKind[])('%s means the same on both sides', (kind) => {
  const { allowed, refused } = APP_VALUES[kind];
  const values: string[] = [...allowed, ...refused, ...(kind === 'url' ? SECRET_URLS : [])];
  const script = `from runner import settings
said = [settings.judge(given['kind'], 'app_x', value) is None for value in given['values']]`;
  const verdicts = inRunner<boolean[]>(script, { kind, values });
  const pairs = (said: boolean[]) => values.map((value, index) => `${JSON.stringify(value)} ${said[index]}`);
  expect(pairs(verdicts)).toEqual(pairs(values.map((value) => RULES[kind](value) === undefined)));
});

test.each(SECRET_URLS)('the secret in %s is shown by neither side', (url) => {
  const script = `from runner import settings
said = settings.problem_of('app_url', given)`;
  for (const message of [inRunner<string>(script, url), RULES.url(url) ?? '']) {
    expect(message).toContain('app_credentials');
    expect(message).not.toContain('secret@');
  }
});
