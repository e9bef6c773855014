const { execFileSync } = require('node:child_process');
const { readdirSync, rmSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const DEFAULT_DIR = path.join(root, 'dist', 'lambda');

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
 * In a process of its own, because esbuild takes no plugin where it must be done at once, as a synthesis needs it. Throws an
 * error with esbuild's words when a build fails.
 */
function bundle(outDir = DEFAULT_DIR, names = functionNames()) {
  execFileSync(process.execPath, [__filename, outDir, ...names], { stdio: ['ignore', 'ignore', 'pipe'] });
  return Object.fromEntries(names.map((name) => [name, fileOf(outDir, name)]));
}

const fileOf = (outDir, name) => path.join(outDir, name, 'index.js');

/**
 * Bundles one function. The SDK goes in at the version the tests ran with, and loads faster than the runtime's own copy.
 * CommonJS, because a dynamic import then stays one file that is evaluated at its first use.
 */
async function build(outDir, name) {
  const esbuild = require('esbuild');
  const { sdkSchemas } = require('./sdk-schemas');
  const outfile = fileOf(outDir, name);
  rmSync(path.dirname(outfile), { recursive: true, force: true });
  await esbuild.build({
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
    plugins: [sdkSchemas],
    logLevel: 'error',
  });
  process.stdout.write(`${name}: ${path.relative(process.cwd(), outfile)}\n`);
}

module.exports = { bundle };

if (require.main === module) {
  const [outDir = DEFAULT_DIR, ...names] = process.argv.slice(2);
  Promise.all((names.length > 0 ? names : functionNames()).map((name) => build(path.resolve(outDir), name))).catch(
    (error) => {
      // What is wrong with a source esbuild has said.
      if (!error.errors) process.stderr.write(`${error.stack}\n`);
      process.exitCode = 1;
    },
  );
}
