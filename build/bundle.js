const { readdirSync, rmSync } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const root = path.join(__dirname, '..');

/** Folders of lambda/ that are a function: those with an index.ts. */
function functionNames() {
  return readdirSync(path.join(root, 'lambda'), { recursive: true })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /^[^/]+\/index\.ts$/.test(file))
    .map((file) => path.dirname(file))
    .sort();
}

/**
 * Bundles the named functions (default: all) into `<outDir>/<name>/index.js` and returns `{ name: file }`.
 *
 * The SDK goes in at the version the tests ran with, and loads faster than the runtime's own copy. CommonJS, because a
 * dynamic import then stays one file that is evaluated at its first use. Throws esbuild's error when a build fails.
 */
function bundle(outDir = path.join(root, 'dist', 'lambda'), names = functionNames()) {
  const files = {};
  for (const name of names) {
    const outfile = path.join(outDir, name, 'index.js');
    rmSync(path.dirname(outfile), { recursive: true, force: true });
    esbuild.buildSync({
      absWorkingDir: root,
      entryPoints: [path.join('lambda', name, 'index.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      sourcemap: false,
      legalComments: 'none',
      // Prefer the packages' ES modules: unused parts of them can be left out.
      mainFields: ['module', 'main'],
      logLevel: 'error',
    });
    files[name] = outfile;
  }
  // It would keep a process for builds to come.
  esbuild.stop();
  return files;
}

module.exports = { bundle };

if (require.main === module) {
  for (const [name, file] of Object.entries(bundle(process.argv[2]))) {
    process.stdout.write(`${name}: ${path.relative(process.cwd(), file)}\n`);
  }
}
