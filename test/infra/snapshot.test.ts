import { rawTemplate } from './synth';

/** Hashes of assets and of CDK's own function change with every edit and every release; the rest is what is guarded. */
function normalised(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (key === 'ZipFile' ? 'CODE' : part)).replace(/[0-9a-f]{64}/g, 'HASH'),
  );
}

test('the stack of default settings is the one that was last looked at', () => {
  expect(normalised(rawTemplate())).toMatchSnapshot();
});
