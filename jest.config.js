// A test run from a git hook must not commit to the repository that git names in the hook's environment. Here, because the
// programs that a test starts inherit the environment that jest itself was given.
for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR']) {
  delete process.env[name];
}

const EMULATOR = require('./aws-emulator/jest.config');
const common = { ...EMULATOR, testEnvironment: require.resolve('./test/environment') };
// Hundreds of small files, which would take longer to load the AWS SDK than to test anything.
const sharing = {
  ...common,
  runtime: require.resolve('./test/sharing-runtime'),
  testEnvironment: require.resolve('./test/sharing-environment'),
};
const WHOLE = ['test/jobs', 'test/commands', 'test/bundles', 'aws-emulator/test/clients'].map(
  (dir) => `<rootDir>/${dir}`,
);
// The runner's shell files and the example app, as processes that wait for one another, and thousands of simulated lives.
const SCRIPTS = ['test/runner-script', 'test/example', 'test/simulation'].map((dir) => `<rootDir>/${dir}`);
// The synthesized stack, of every kind of settings file: its template, validated, and its roles in a simulation of IAM.
const STACKS = ['test/infra', 'test/iam'].map((dir) => `<rootDir>/${dir}`);

/** @type {import('jest').Config} */
module.exports = {
  // The lanes: `unit` and `aws-emulator` need no whole machine, `scripts` starts shell files and simulates jobs, `stacks` is about the
  // synthesized stack, `jobs` is whole jobs, bakes, commands, bundles and programs of others, with a watch on what they ask
  // AWS for.
  projects: [
    {
      ...sharing,
      displayName: 'unit',
      roots: ['<rootDir>/test'],
      testPathIgnorePatterns: [...WHOLE, ...SCRIPTS, ...STACKS],
    },
    { ...common, displayName: 'stacks', roots: STACKS },
    { ...common, displayName: 'scripts', roots: SCRIPTS },
    { ...common, displayName: 'jobs', roots: WHOLE, setupFilesAfterEnv: ['<rootDir>/test/iam/watch-calls.ts'] },
    { ...sharing, rootDir: 'aws-emulator', testPathIgnorePatterns: ['<rootDir>/test/clients/'] },
  ],
  // Most of a job's time is waiting. On two cores jest would run one file at a time.
  maxWorkers: 3,
  // Jobs run in real processes: the limit is for one that hangs, on a machine that is busy with something else too.
  testTimeout: 300_000,
};
