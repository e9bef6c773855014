import { ruleOf } from '../../contract/app-settings';
import { packageList } from '../../contract/package-list';

test('a list has the packages with a version, each once, under a key that the setting takes', () => {
  const { key, text } = packageList(['six==1.16.0', 'numpy==1.19.5', 'mine', 'six==1.16.0', 'a b==1', 'c==1 d']);
  expect(text).toBe('numpy==1.19.5\nsix==1.16.0\n');
  expect(ruleOf('app_packages')(key)).toBeUndefined();
});

test('the same packages have the same key, and others another', () => {
  const key = (...packages: string[]) => packageList(packages).key;
  expect(key('a==1', 'b==2')).toBe(key('b==2', 'a==1'));
  expect(key('a==1')).not.toBe(key('a==2'));
});
