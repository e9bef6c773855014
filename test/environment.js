const { TestEnvironment } = require('jest-environment-node');

// A worker outlives a jest that a signal has ended, and so do the jobs that it runs. Here, because this file runs in the
// worker's own process, once; what a test file listens to is a copy.
if (process.send) process.once('disconnect', () => process.exit(1));

module.exports = TestEnvironment;
