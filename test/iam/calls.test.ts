import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CALLS } from './calls';

// The table against the code: which operations of AWS the files of each function, and of the command line, ask for.

const ROOT = path.join(__dirname, '../..');
const LAMBDA = path.join(ROOT, 'lambda/');
const OPERATION = /\bnew ([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(/g;
/** What a file needs at run time of this project, also what it loads later. */
const IMPORT = /^import (?!type\b)[^;]*?from '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;
/** An upload of the SDK is one request or several. */
const UPLOAD = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'AbortMultipartUpload'];

/** The operations of AWS that these files, and what they import of lambda/, ask for; sorted. */
function operationsOf(files: string[]): string[] {
  const operations = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string) => {
    if (done.has(file)) return;
    done.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, command, pages] of text.matchAll(OPERATION)) operations.add((command ?? pages) as string);
    if (text.includes('new Upload(')) for (const one of UPLOAD) operations.add(one);
    for (const [, from, later] of text.matchAll(IMPORT)) {
      const target = `${path.join(path.dirname(file), (from ?? later) as string).replace(/\.js$/, '')}.ts`;
      if (target.startsWith(LAMBDA) && existsSync(target)) visit(target);
    }
  };
  for (const file of files) visit(file);
  return [...operations].sort();
}

const inTable = (calls: readonly string[]) => [...new Set(calls.map((call) => call.split(' ')[0] as string))].sort();

test.each(['launch', 'guard', 'publish', 'metrics', 'notifications'] as const)(
  'the table has what %s asks AWS for',
  (name) => {
    expect(inTable(CALLS[name])).toEqual(operationsOf([path.join(LAMBDA, `${name}/index.ts`)]));
  },
);

// `local` asks this machine alone, and `purge` is for whoever may deploy.
test('the table has what the command line asks AWS for', () => {
  const all = readdirSync(path.join(ROOT, 'cli'), { recursive: true, encoding: 'utf8' });
  const files = all.filter((file) => file.endsWith('.ts') && !/^(local|purge)\//.test(file));
  expect(inTable(CALLS.user)).toEqual(operationsOf(files.map((file) => path.join(ROOT, 'cli', file))));
});
