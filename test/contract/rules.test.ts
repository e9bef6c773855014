import { APP_RULES } from '../../contract/app-rules';
import { APP_SETTING_NAMES } from '../../contract/tags';
import { APP_VALUES, SECRET_URLS } from './app-values';
import { inRunner } from './runner';

// The runner refuses what settings.yaml may not hold, and nothing else: a version of the launch template that somebody
// wrote by hand is checked on the instance alone.

test.each(APP_SETTING_NAMES)('%s means the same on both sides', (name) => {
  const { allowed, refused } = APP_VALUES[name];
  const values: string[] = [...allowed, ...refused, ...(name === 'app_url' ? SECRET_URLS : [])];
  const script = `from runner import settings
said = [settings.problem_of(given['name'], value) is None for value in given['values']]`;
  const verdicts = inRunner<boolean[]>(script, { name, values });
  const pairs = (said: boolean[]) => values.map((value, index) => `${JSON.stringify(value)} ${said[index]}`);
  expect(pairs(verdicts)).toEqual(pairs(values.map((value) => APP_RULES[name](value) === undefined)));
});

test.each(SECRET_URLS)('the secret in %s is shown by neither side', (url) => {
  const script = `from runner import settings
said = settings.problem_of('app_url', given)`;
  for (const sentence of [inRunner<string>(script, url), APP_RULES.app_url(url) ?? '']) {
    expect(sentence).toContain('app_credentials');
    expect(sentence).not.toContain('secret@');
  }
});
