const hooks = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

// jest makes one for each file and never ends it, and each promise that is made afterwards costs a look at all of them.
const stores = new Set();
hooks.AsyncLocalStorage = class extends hooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    stores.add(this);
  }
};

/** Where a mutant is tried: once a test has failed, the others of its file are not asked any more. */
module.exports = class MutantEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    // Of a library that is loaded once for all (runtime.js) a date and an error are one here too.
    this.global.Date = Date;
    const { Error: Own } = this.global;
    const ordinary = Function.prototype[Symbol.hasInstance];
    Object.defineProperty(Own, Symbol.hasInstance, {
      value(error) {
        return ordinary.call(this, error) || (this === Own && error instanceof Error);
      },
    });
  }

  async teardown() {
    await super.teardown();
    for (const store of stores) store.disable();
    stores.clear();
  }

  handleTestEvent({ name, test }) {
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) this.hasFailed = true;
    if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
  }
};
