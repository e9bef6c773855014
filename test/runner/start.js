#!/usr/bin/env node
// `npm run test:runner`: the unit tests of the runner, by an interpreter of the kind that runs it.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { python3 } = require('../../bin/requirements');

const root = path.join(__dirname, '../..');
const env = { ...process.env, PYTHONPATH: path.join(root, 'runner-script/rootfs/usr/lib/lambda-ec2') };
const args = ['-B', '-m', 'unittest', 'discover', '--start-directory', __dirname, ...process.argv.slice(2)];
const { status } = spawnSync(python3() ?? 'python3', args, { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
