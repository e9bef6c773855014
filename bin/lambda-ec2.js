#!/usr/bin/env node
// The pinned SDK is known to run here; its notice about later versions is not for the user of this command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
// Where CI is set, picocolors paints what goes into a pipe or a file as well.
if (!require('node:tty').isatty(1) && !process.env.FORCE_COLOR) process.env.NO_COLOR ||= '1';
require('./load-typescript').register();
require('../cli/main');
