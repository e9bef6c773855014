const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { default: TestRunner } = require('jest-runner');

// In Stryker's copy of the project, which is where it works and goes when it ends.
const KNOWN = 'known-tests.json';

/**
 * Runs what can notice a mutant, and no more: Stryker gives the names of the tests that reach it, and jest would load every
 * file to look for them. Which names a file has, and how long it takes, the run before all mutants tells. The shortest file
 * is the first, and the first with a failure the last.
 */
module.exports = class MutantRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    const { testNamePattern } = this._globalConfig;
    if (!testNamePattern) return this.remember(tests, watcher, options);
    const pattern = new RegExp(testNamePattern, 'i');
    const known = existsSync(KNOWN) ? JSON.parse(readFileSync(KNOWN, 'utf8')) : {};
    const timeOf = ({ path }) => known[path]?.time ?? 0;
    let failed = false;
    this.on('test-file-success', ([, { numFailingTests, testExecError }]) => {
      failed ||= numFailingTests > 0 || testExecError !== undefined;
    });
    for (const test of tests.toSorted((a, b) => timeOf(a) - timeOf(b))) {
      if (failed) return;
      const isAsked = known[test.path]?.names.some((name) => pattern.test(name)) ?? true;
      if (isAsked) await super.runTests([test], watcher, options);
    }
  }

  async remember(tests, watcher, options) {
    const known = {};
    this.on('test-file-success', ([{ path }, { testResults, perfStats }]) => {
      known[path] = { names: testResults.map(({ fullName }) => fullName), time: perfStats.runtime };
    });
    await super.runTests(tests, watcher, options);
    if (process.env.STRYKER_MUTATOR_WORKER) writeFileSync(KNOWN, JSON.stringify(known));
  }
};
