/** @type {import('jest').Config} */
module.exports = {
  displayName: 'aws-emulator',
  testEnvironment: 'node',
  setupFiles: [require.resolve('./test/quiet-sdk.js')],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // The limit is for a test that hangs, on a machine that is busy with something else too.
  testTimeout: 300_000,
};
