const TestEnvironment = require('./environment');

/** For tests whose large libraries are loaded once for all (sharing-runtime.js): both see the same variables, dates and errors. */
module.exports = class SharingEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.env = process.env;
    this.variables = { ...process.env };
    const env = { get: () => process.env, set: (variables) => Object.assign(process, { env: variables }) };
    Object.defineProperty(this.global.process, 'env', env);
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
    process.env = this.env;
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
  }
};
