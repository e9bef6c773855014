#!/usr/bin/env node
// `npm run test:fresh`: runs the TypeScript sources as they are.
require('ts-node').register({ swc: true, cwd: require('node:path').join(__dirname, '../..') });
require('./run-first-commands');
