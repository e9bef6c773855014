/** @type {import('jest').Config} */
module.exports = {
  displayName: 'aws-emulator',
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/quiet-sdk.js'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // Of real sockets and processes: the limit is for a test that hangs, not a statement on speed.
  testTimeout: 60_000,
};
