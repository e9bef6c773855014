import { isAppSetting } from '../../contract/app-settings';
import { rawTemplate } from './synth';

/**
 * Hashes of assets, of CDK's own function and of the settings change with every edit and every release, and runner-template.test.ts
 * walks the tags of the app settings; the rest is what is guarded.
 */
function normalised(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => {
      if (key === 'Tags') return part.filter((tag: { Key: string }) => !isAppSetting(tag.Key));
      return key === 'ZipFile' ? 'CODE' : part;
    })
      .replace(/[0-9a-f]{64}/g, 'HASH')
      .replace(/(?<="SettingsHash":{"Value":")[0-9a-f]+/, 'HASH'),
  );
}

test('the stack of default settings is the one that was last looked at', () => {
  expect(normalised(rawTemplate())).toMatchSnapshot();
});
