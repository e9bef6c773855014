#!/usr/bin/env node
// `npm start`: a whole job on this machine, from upload to outputs. Installs the dependencies first when they are missing
// or older than the lockfile.
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

function isInstalled() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(installed)) return false;
  return fs.statSync(installed).mtimeMs >= fs.statSync(path.join(root, 'package-lock.json')).mtimeMs;
}

if (!isInstalled()) {
  process.stderr.write('installing the dependencies, once\n');
  // npm touches the lockfile's copy only when something changed.
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  fs.utimesSync(path.join(root, 'node_modules', '.package-lock.json'), new Date(), new Date());
}

const example = path.join('example');
const work = path.join('.lambda-ec2', 'example');
fs.mkdirSync(path.join(root, work), { recursive: true });
const input = path.join(work, 'sales.zip');
const python = spawnSync('python3', ['-m', 'zipfile', '-c', input, path.join(example, 'input', 'sales.csv')], {
  cwd: root,
});
if (python.status !== 0) {
  process.stderr.write('error: the example needs python3: install it with your package manager\n');
  process.exit(2);
}
const run = ['local', 'run', '--app', example, '--settings', path.join(example, 'settings.yaml'), '--input', input];
const { status } = spawnSync(process.execPath, ['bin/lambda-ec2.js', ...run, '--out', path.join(work, 'out')], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
