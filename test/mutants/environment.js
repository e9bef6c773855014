const SharingEnvironment = require('../sharing-environment');

// The smallest example of what a mutant breaks is of no use.
require('fast-check').configureGlobal({ endOnFailure: true });

/** Where a mutant is tried: once a test has failed, the others of its file are not asked any more. */
module.exports = class MutantEnvironment extends SharingEnvironment {
  handleTestEvent({ name, test }) {
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) this.hasFailed = true;
    if (name === 'test_start' && this.hasFailed) test.mode = 'skip';
  }
};
