// Loads the TypeScript sources as they are: what is in the repository is what runs, without a build. What swc made of a
// source is kept, because loading swc alone takes longer than most commands.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const swc = require('@swc/core/package.json');
const { CACHE, cached, keyOf } = require('./cache');

const OPTIONS = {
  swcrc: false,
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
  inlineSourcesContent: false,
};

/** What the output depends on besides the source and its path. */
const COMPILER = JSON.stringify([swc.version, OPTIONS]);

/** A source as JavaScript. `folder`: where that is kept. */
function javaScriptOf(filename, folder = path.join(CACHE, 'sources')) {
  const source = fs.readFileSync(filename, 'utf8');
  const kept = path.join(folder, `${keyOf(COMPILER, filename, source)}.js`);
  return cached(kept, () => require('@swc/core').transformSync(source, { ...OPTIONS, filename }).code);
}

/** Makes `require` understand `.ts` in this process. */
function register() {
  // Node's own cache of compiled modules, from 22.1 on. It is for the packages too.
  Module.enableCompileCache?.(path.join(CACHE, 'modules'));
  process.setSourceMapsEnabled(true);
  Module._extensions['.ts'] = (module, filename) => module._compile(javaScriptOf(filename), filename);
}

module.exports = { javaScriptOf, register };
