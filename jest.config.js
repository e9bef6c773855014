/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/quiet-sdk.js'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  // Jobs run in real processes: the limit is for one that hangs, not a statement on speed.
  testTimeout: 60_000,
  // Most of a job's time is waiting. On two cores jest would run one file at a time.
  maxWorkers: 2,
};
