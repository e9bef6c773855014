const hooks = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

// A worker outlives a jest that a signal has ended, and so do the jobs that it runs. Here, because this file runs in
// the worker's own process, once. By a timer,
// because a listener to `disconnect` would keep a worker alive that is to end.
if (process.send) setInterval(() => process.connected || process.exit(1), 500).unref();

// jest and the AWS SDK make one for each file and never end it, and each promise that is made afterwards costs a look at
// all of them.
const stores = new Set();
hooks.AsyncLocalStorage = class extends hooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    stores.add(this);
  }
};

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const store of stores) store.disable();
    stores.clear();
  }
};
