import { SETTING_NAMES } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import { APP_URL } from './synth';
import { VARIANTS } from './variants';

// The zones are of the stack's own VPC, and with everything on it has none.
test('the last variant has every setting on', () => {
  const [plain, everything] = [{}, VARIANTS['everything on']].map((settings) =>
    checkSettings({ app_url: APP_URL, ...settings }),
  );
  const isPlain = (name: (typeof SETTING_NAMES)[number]) =>
    JSON.stringify(plain?.[name]) === JSON.stringify(everything?.[name]);
  expect(SETTING_NAMES.filter(isPlain)).toEqual(['app_url', 'availability_zones']);
});
