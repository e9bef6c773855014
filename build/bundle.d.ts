/** Bundles Lambda functions (default: all) into `<outDir>/<name>/index.js` (default dist/lambda); returns the files by name. */
export declare function bundle(outDir?: string, names?: string[]): Record<string, string>;
