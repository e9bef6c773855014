/** Bundles every Lambda function into `<outDir>/<name>/index.js` (default dist/lambda); returns the files by name. */
export declare function bundle(outDir?: string): Record<string, string>;
