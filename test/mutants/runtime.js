const path = require('node:path');
const { default: Runtime } = require('jest-runtime');

// What takes longest to load, and keeps nothing between tests.
const SHARED = /^(@aws-sdk|@smithy|@aws-lambda-powertools|fast-check|yaml|zod)(\/|$)/;

/** Loads the large libraries once for all test files: half a second for each mutant otherwise. */
module.exports = class MutantRuntime extends Runtime {
  requireModuleOrMock(from, name) {
    if (!SHARED.test(name)) return super.requireModuleOrMock(from, name);
    return require(require.resolve(name, { paths: [path.dirname(from)] }));
  }
};
