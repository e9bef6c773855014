const { TestEnvironment } = require('jest-environment-node');

// A worker outlives a jest that a signal has ended, and so do the jobs that it runs. Here, because this file runs in
// the worker's own process, once. By a timer,
// because a listener to `disconnect` would keep a worker alive that is to end.
if (process.send) setInterval(() => process.connected || process.exit(1), 500).unref();

module.exports = TestEnvironment;
