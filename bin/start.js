#!/usr/bin/env node
// `npm start`: a whole job on this machine, from upload to outputs. Looks first for what that needs, then installs the
// dependencies when they are missing or older than the lockfile.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { provide, python3 } = require('./requirements');

const root = path.join(__dirname, '..');

function isInstalled() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(installed)) return false;
  return fs.statSync(installed).mtimeMs >= fs.statSync(path.join(root, 'package-lock.json')).mtimeMs;
}

function fail(message, status) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(status);
}

const lacking = provide('start');
if (lacking) process.exit(lacking);

if (!isInstalled()) {
  process.stderr.write('installing the dependencies, once\n');
  // npm touches the lockfile's copy only when something changed.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (npm.error) fail('there is no npm on the PATH: install it with Node.js', 2);
  if (npm.status !== 0) fail('npm could not install the dependencies; what it said stands above', npm.status ?? 1);
  fs.utimesSync(path.join(root, 'node_modules', '.package-lock.json'), new Date(), new Date());
}

const example = path.join('example');
const work = path.join('.lambda-ec2', 'example');
fs.mkdirSync(path.join(root, work), { recursive: true });
const input = path.join(work, 'sales.zip');
const packed = spawnSync(python3(), ['-m', 'zipfile', '-c', input, path.join(example, 'input', 'sales.csv')], {
  cwd: root,
  encoding: 'utf8',
});
if (packed.status !== 0) fail(`the example's input could not be packed: ${packed.stderr.trim()}`, 1);
const run = ['local', 'run', '--app', example, '--settings', path.join(example, 'settings.yaml'), '--input', input];
const job = spawn(process.execPath, ['bin/lambda-ec2.js', ...run, '--out', path.join(work, 'out')], {
  cwd: root,
  stdio: 'inherit',
});
// The job takes away what it has made, and only then this is over. Ctrl-C at the terminal reaches both.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => job.kill(signal));
job.on('exit', (code) => process.exit(code ?? 1));
