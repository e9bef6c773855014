#!/usr/bin/env node
// `npm run test:mutants [-- FOLDER...]`: how many of the small changes that Stryker makes to these folders their own tests
// notice. Each folder by itself, with a file of its own of what was found before, so that only what has changed since is
// tried again. The numbers go into docs/reliability.md.
const { spawnSync } = require('node:child_process');
const { existsSync, mkdirSync } = require('node:fs');
const path = require('node:path');
const { writeDocument } = require('./document');

const ROOT = path.join(__dirname, '../..');
const CACHE = path.join(ROOT, 'node_modules/.cache/stryker');
const FOLDERS = [
  'contract',
  ...['guard', 'launch', 'metrics', 'notifications', 'publish', 'shared'].map((name) => `lambda/${name}`),
];

// What makes the clients and hands them in is checked by the tests of the bundles and of whole jobs.
const WIRING = '!lambda/*/index.ts,!lambda/launch/lazy-clients.ts';

const reportOf = (folder) => path.join(CACHE, `${folder.replaceAll('/', '-')}.json`);

/** The words that are no folders go to Stryker. */
function mutate(folder, words) {
  const files = words.some((word) => word === '--mutate') ? [] : ['--mutate', `${folder}/**/*.ts,${WIRING}`];
  const args = [...files, '--incrementalFile', reportOf(folder), ...words];
  const program = require.resolve('@stryker-mutator/core/package.json').replace('package.json', 'bin/stryker.js');
  const env = { ...process.env, MUTANTS_OF: folder };
  return spawnSync(process.execPath, [program, 'run', ...args], { cwd: ROOT, env, stdio: 'inherit' }).status;
}

function main(words) {
  const named = words.filter((word) => FOLDERS.includes(word));
  const folders = named.length > 0 ? named : FOLDERS;
  const others = words.filter((word) => !named.includes(word));
  mkdirSync(CACHE, { recursive: true });
  const statuses = folders.map((folder) => mutate(folder, others));
  writeDocument(folders.filter((folder) => existsSync(reportOf(folder))).map((folder) => [folder, reportOf(folder)]));
  process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
}

main(process.argv.slice(2));
