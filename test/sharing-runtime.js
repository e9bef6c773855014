const path = require('node:path');
const { default: Runtime } = require('jest-runtime');

// What takes longest to load, and keeps nothing between tests; graceful-fs wraps the functions of fs once more each time.
const SHARED = /^(@aws-sdk|@smithy|@aws-lambda-powertools|fast-check|graceful-fs|yaml|zod)(\/|$)/;

/** Loads the large libraries once for all test files of a process: half a second for each file otherwise. */
module.exports = class SharingRuntime extends Runtime {
  requireModuleOrMock(from, name) {
    return shared(from, name) ?? super.requireModuleOrMock(from, name);
  }

  requireInternalModule(from, name) {
    return shared(from, name) ?? super.requireInternalModule(from, name);
  }
};

function shared(from, name) {
  return SHARED.test(name) ? require(require.resolve(name, { paths: [path.dirname(from)] })) : undefined;
}
