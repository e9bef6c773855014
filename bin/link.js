// `npx lambda-ec2` in a clone finds the command as it would find an installed one. npm links the bins of dependencies only.
const fs = require('node:fs');
const path = require('node:path');

const bin = path.join(__dirname, '..', 'node_modules', '.bin');
fs.mkdirSync(bin, { recursive: true });
const link = path.join(bin, 'lambda-ec2');
fs.rmSync(link, { force: true });
fs.symlinkSync(path.join('..', '..', 'bin', 'lambda-ec2.js'), link);
