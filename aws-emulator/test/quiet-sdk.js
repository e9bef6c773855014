// The pinned SDK is known to run on this Node.js; its notice about later versions is noise in a test report.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
