const path = require('node:path');

// Of which folder the mutants are: start.js says it.
const folder = process.env.MUTANTS_OF ?? 'contract';
// Those ask another interpreter or look at generated files: slow, and what they say of a value is said beside them.
const LEFT_OUT = [
  'contract/parsers/',
  'contract/rules\\.test',
  'contract/runner\\.test',
  'contract/app-settings\\.test',
];

/** @type {import('jest').Config} */
module.exports = {
  ...require('../../aws-emulator/jest.config'),
  rootDir: path.join(__dirname, '../..'),
  // A part's own tests are to say what is right; what all functions share has none beside theirs.
  roots: [`<rootDir>/test/${folder === 'lambda/shared' ? 'lambda' : folder}`],
  testPathIgnorePatterns: LEFT_OUT,
  runner: require.resolve('./runner'),
  runtime: require.resolve('../sharing-runtime'),
  testEnvironment: require.resolve('./environment'),
  // What jest would wrap anew for each file belongs to the libraries that are loaded once for all.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  watchman: false,
  // A mutant that waits for what never comes is killed by that, not by Stryker, which would begin a new process.
  testTimeout: 20_000,
};
