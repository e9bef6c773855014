#!/usr/bin/env node
// `npm run test:kills`: runs the TypeScript sources as they are.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('ts-node').register({ swc: true, cwd: require('node:path').join(__dirname, '../..') });
require('./sweep');
