// What can be made again, kept for later starts of the command. Without dependencies, because it runs before the sources
// can be loaded.
const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** Where npm's tools keep such things. `npm ci` empties it. */
const CACHE = path.join(__dirname, '..', 'node_modules', '.cache', 'lambda-ec2');

/** A key: the contents that a result is made of, so that it cannot be out of date. */
function keyOf(...contents) {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(`${Buffer.byteLength(content)}\0`).update(content);
  return hash.digest('hex');
}

const withDigest = (text) => `// ${keyOf(text)}\n${text}`;

/**
 * The text that a key stands for, made by `make` when it is not there. `file` is its place in the cache, with the key in
 * its name.
 */
function cached(file, make) {
  const known = read(file);
  if (known !== undefined) return known;
  const text = make();
  keep(file, text);
  return text;
}

/** A kept text; undefined when there is none, or when a disk that failed has kept something else. */
function read(file) {
  try {
    const all = fs.readFileSync(file, 'utf8');
    const text = all.slice(all.indexOf('\n') + 1);
    return all === withDigest(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A disk that is full, or not ours to write to, costs the time to make it again, and is no error. */
function keep(file, text) {
  const part = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(part, withDigest(text), { flag: 'wx' });
    // Other processes see all of it or nothing.
    fs.renameSync(part, file);
  } catch {
    discard(part);
  }
}

function discard(file) {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // The folder is no folder, or not ours.
  }
}

module.exports = { CACHE, cached, keyOf };
