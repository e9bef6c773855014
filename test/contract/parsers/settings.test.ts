import fc from 'fast-check';
import { sharedFiles } from '../../../contract/app-files';
import { APP_MAP_NAMES, entriesIn, entryOf, entryProblem, entryTag, sharedNames } from '../../../contract/app-maps';
import { RULES, type SettingKind } from '../../../contract/app-rules';
import { APP_SETTING_NAMES, appSetting } from '../../../contract/app-settings';
import { demandsOfTags, ENCRYPTION } from '../../../contract/bucket-demands';
import { APP_VALUES, SECRET_URLS } from '../app-values';
import { askRunner, cases, expectAlike } from './both-sides';
import { hostile } from './hostile';

// What settings.yaml may hold and what an instance takes from tags that somebody wrote by hand, on generated values.

const valuesOf = (kind: SettingKind) => {
  const { allowed, refused } = APP_VALUES[kind];
  return hostile([...allowed, ...allowed, ...refused, ...(kind === 'url' ? SECRET_URLS : [])]);
};

test.each(Object.keys(RULES) as SettingKind[])('%s is judged alike', (kind) => {
  const values = cases(valuesOf(kind));
  const said = `settings.judge('${kind}', 'app_x', case) is None`;
  const theirs = askRunner<boolean>('from runner import settings', said, values);
  const ours = values.map((value) => RULES[kind](value) === undefined);
  expectAlike(values, ours, theirs);
  // Else nothing was compared.
  expect(new Set(ours).size).toBe(2);
});

test('tags are taken for the same variables, and judged alike', () => {
  const names = hostile([...APP_VALUES.variable_name.allowed, ...APP_VALUES.variable_name.refused]);
  const tag = fc.oneof(
    fc.tuple(fc.constantFrom(...APP_MAP_NAMES), names).map((pair) => entryTag(...pair)),
    hostile(['app_env.A', 'app_secrets.B', 'app_env', '.A', 'app_url', '__proto__.A', 'constructor.A']),
  );
  const value = fc.oneof(valuesOf('variable'), valuesOf('secret'));
  const given = cases(fc.array(fc.tuple(tag, value), { maxLength: 4 }));
  const said = `len(Variables(dict(case)).problems())`;
  const theirs = askRunner<number>('from runner.variables import Variables', said, given);
  const problems = (tags: Record<string, string>) =>
    entriesIn(tags).filter(([key, text]) => {
      const entry = entryOf(key);
      return entry && entryProblem(entry.map, entry.name, text) !== undefined;
    });
  const ours = given.map((pairs) => {
    const tags = Object.fromEntries(pairs);
    return problems(tags).length + sharedNames(tags).length;
  });
  expectAlike(given, ours, theirs);
});

test('settings that name one file twice are found alike', () => {
  const names = APP_SETTING_NAMES.filter((name) => ['path', 'main'].includes(appSetting(name).kind));
  const value = fc.constantFrom('a', 'a.py', './a.py', '-m a', 'A.py', '');
  const given = cases(
    fc
      .tuple(...names.map(() => value))
      .map((all) => Object.fromEntries(names.map((name, at) => [name, all[at] ?? '']))),
  );
  const said = `[name for name, other in zip(names, names) if any(case[other] == case[name] for other in settings._earlier_files(name))]`;
  const theirs = askRunner<string[]>(`from runner import settings\nnames = settings._FILES`, said, given);
  expectAlike(
    given,
    given.map((files) => [...new Set(sharedFiles(files).map(({ name }) => name))]),
    theirs,
  );
});

test('what the owner of the bucket demands is read alike', () => {
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/0a1b-2c';
  const encryption = hostile(['AES256', 'aws:kms', key, 'arn:aws:kms:eu-west-1:123456789012:alias/x']);
  const given = cases(fc.tuple(encryption, hostile(['true', 'false', 'True', ''])));
  const said = `list(vars(Demands.of_tags({'bucket_encryption': case[0], 'bucket_request_payer': case[1]})).values())`;
  const theirs = askRunner<[string, boolean]>('from runner.demands import Demands', said, given);
  const ours = given.map(([bucket_encryption, bucket_request_payer]) => {
    const demands = demandsOfTags({ bucket_encryption, bucket_request_payer });
    return [ENCRYPTION.test(demands.encryption) ? demands.encryption : '', demands.requesterPays];
  });
  expectAlike(given, ours, theirs);
});
