#!/usr/bin/env node
// Runs the TypeScript sources as they are: what is in the repository is what runs.
// The pinned SDK is known to run here; its notice about later versions is not for the user of this command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('ts-node').register({ swc: true, cwd: require('node:path').join(__dirname, '..') });
require('../cli/main');
