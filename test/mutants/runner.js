const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { default: TestRunner } = require('jest-runner');

// In Stryker's copy of the project, which is where it works and goes when it ends.
const NAMES = 'names-of-tests.json';

/**
 * Runs what can notice a mutant, and no more: Stryker gives the names of the tests that reach it, and jest would load every
 * file to look for them. Which names a file has, the run before all mutants tells. The first file with a failure is the last.
 */
module.exports = class MutantRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    const { testNamePattern } = this._globalConfig;
    if (!testNamePattern) return this.rememberNames(tests, watcher, options);
    const pattern = new RegExp(testNamePattern, 'i');
    const names = existsSync(NAMES) ? JSON.parse(readFileSync(NAMES, 'utf8')) : {};
    let failed = false;
    this.on('test-file-success', ([, { numFailingTests, testExecError }]) => {
      failed ||= numFailingTests > 0 || testExecError !== undefined;
    });
    for (const test of tests) {
      if (failed) return;
      if (names[test.path]?.some((name) => pattern.test(name)) ?? true) await super.runTests([test], watcher, options);
    }
  }

  async rememberNames(tests, watcher, options) {
    const names = {};
    this.on('test-file-success', ([{ path }, { testResults }]) => {
      names[path] = testResults.map(({ fullName }) => fullName);
    });
    await super.runTests(tests, watcher, options);
    writeFileSync(NAMES, JSON.stringify(names));
  }
};
