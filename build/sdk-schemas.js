const { readFileSync } = require('node:fs');

/** `const _xN = "xmlName";`, as the SDK's schemas name all their words. */
const WORD = /^const (\w+) = ("(?:[^"\\\n]|\\.)*");$/gm;
/** `{ [_xN]: _BDM }` */
const COMPUTED_KEY = /\[(\w+)\]:/g;

/**
 * Lets esbuild leave the schemas out of a bundle that no operation in it uses: of EC2's that is nearly all. An object with a
 * computed key counts as one with side effects, because the key may be anything ("Tree shaking", esbuild's documentation);
 * here each is a constant of the same file, and is written as what it is. Files that look otherwise are taken as they are.
 */
const sdkSchemas = {
  name: 'sdk-schemas',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: withLiteralKeys(readFileSync(path, 'utf8')),
    }));
  },
};

/** The source with the texts of its own constants in place of the keys that name them. */
function withLiteralKeys(source) {
  const words = new Map([...source.matchAll(WORD)].map(([, name, text]) => [name, text]));
  return source.replace(COMPUTED_KEY, (key, name) => (words.has(name) ? `${words.get(name)}:` : key));
}

module.exports = { sdkSchemas, withLiteralKeys };
