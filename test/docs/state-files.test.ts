import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOTFS } from '../contract/runner';
import { page, tableOf } from './pages';

const sources = readdirSync(ROOTFS, { recursive: true, encoding: 'utf8' })
  .map((file) => path.join(ROOTFS, file))
  .filter((file) => statSync(file).isFile() && !file.endsWith('.pyc'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
/** What follows a folder's name in the sources: the file names in it. */
const filesBelow = (folder: RegExp) => {
  const names = [...sources.matchAll(new RegExp(`${folder.source}/([\\w-]+(?:\\.[\\w-]+)*)`, 'g'))];
  return [...new Set(names.map(([, name = '']) => name))].sort();
};
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test("the runner's README lists every file below /run/lambda-ec2, and no other", () => {
  const listed = tableOf(page('runner-script/README.md'), 'file').flatMap(([file = '']) => quoted(file));
  const used = filesBelow(/(?:self\.state \+ '|\$\{STATE_DIR\})/);
  expect(used.length).toBeGreaterThan(10);
  // `memory.json.other` and the like are made of the name of another.
  expect(listed.filter((name) => !listed.some((other) => name.startsWith(`${other}.`))).sort()).toEqual(used);
});

test("the runner's README lists every file below /var/lib/lambda-ec2", () => {
  const paragraph = /^Below `\/var\/lib\/lambda-ec2`[\s\S]*?\n\n/m.exec(page('runner-script/README.md'))?.[0] ?? '';
  expect(quoted(paragraph).slice(1).sort()).toEqual(filesBelow(/self\.work \+ '/));
});
