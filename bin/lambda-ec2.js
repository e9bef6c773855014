#!/usr/bin/env node
// The pinned SDK is known to run here; its notice about later versions is not for the user of this command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('./load-typescript').register();
require('../cli/main');
