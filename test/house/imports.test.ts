import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

// Which folder may know which, by the import statements of all sources, those of types alone included.

const ROOT = path.join(__dirname, '../..');
/** What each folder may import of the others. Tests and benches may import all. */
const ALLOWED: Readonly<Record<string, string>> = {
  contract: '',
  bin: '',
  'aws-emulator': '',
  build: 'contract cli',
  imagebuilder: 'contract',
  lambda: 'contract',
  infra: 'contract build imagebuilder lambda',
  local: 'contract bin build imagebuilder lambda infra aws-emulator',
  cli: 'contract bin imagebuilder lambda local',
};
/** Starts the command line; nothing imports it. */
const ENTRY = 'bin/lambda-ec2.js';

const git = ['-C', ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const all = execFileSync('git', git, { encoding: 'utf8' }).split('\0').filter(Boolean);
const files = new Set(all.filter((file) => existsSync(path.join(ROOT, file))));
const sources = [...files].filter((file) => /\.(ts|js)$/.test(file) && file !== ENTRY);
const imports = new Map(sources.map((file) => [file, importsOf(file)]));

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const folderOf = (file: string) => file.split('/')[0] as string;
const isTest = (file: string) => /(^|\/)test\//.test(file);
const arrows = [...imports].flatMap(([from, targets]) =>
  targets.map((to) => ({ from, to, arrow: `${from} -> ${to}` })),
);

/** The files of this repository that a file imports. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(ROOT, file), 'utf8'), true, true);
  return importedFiles.flatMap(({ fileName }) => resolve(file, fileName) ?? []);
}

function resolve(from: string, name: string): string | undefined {
  const base = name.startsWith('aws-emulator/') ? name : path.posix.join(path.posix.dirname(from), name);
  if (base !== name && !name.startsWith('.')) return undefined;
  const found = [base, `${base}.ts`, `${base}.js`, base.replace(/\.js$/, '.ts'), `${base}/index.ts`];
  return found.find((file) => files.has(file));
}

/** The files of each circle, as they were met. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: string[]) => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (way.includes(file) || done.has(file)) return;
    for (const next of imports.get(file) ?? []) if (!isTest(next)) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of sources) if (!isTest(file)) visit(file, []);
  return found;
}

test('each folder imports only what it may', () => {
  const strays = arrows.filter(({ from, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    if (!from.includes('/') || !to.includes('/') || here === there || here === 'test' || here === 'bench') return false;
    return !(ALLOWED[here] ?? '').split(' ').includes(there);
  });
  expect(strays.map(({ arrow }) => arrow)).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circles()).toEqual([]);
});

test('no two files are what one import may mean', () => {
  // Which of them is taken depends on how Node.js was started. A .d.ts says what the .js beside it has.
  const nameOf = (file: string) => file.replace(/\.(ts|js|json)$/, '');
  const loaded = [...files].filter((file) => /\.(ts|js|json)$/.test(file) && !file.endsWith('.d.ts'));
  const names = loaded.map(nameOf);
  expect(loaded.filter((file) => names.indexOf(nameOf(file)) !== names.lastIndexOf(nameOf(file)))).toEqual([]);
});

test('no folder holds more than a third of the code', () => {
  const code = [...files].filter(
    (file) => file.includes('/') && !isTest(file) && !/\.(md|json|csv|whl|html)$/.test(file),
  );
  const lines = new Map<string, number>();
  for (const file of code) {
    const folder = folderOf(file);
    lines.set(folder, (lines.get(folder) ?? 0) + read(file).split('\n').length - 1);
  }
  const third = [...lines.values()].reduce((sum, count) => sum + count, 0) / 3;
  expect([...lines].filter(([, count]) => count > third)).toEqual([]);
});
