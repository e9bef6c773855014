import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const RUNNER = 'runner-script/rootfs/usr/lib/lambda-ec2/runner';

const tracked = spawnSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim().split('\n');
const documents = tracked.filter((file) => file.endsWith('.md'));
const folders = new Set(tracked.map((file) => file.split('/')[0]));

/** GitHub's id of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** The links of a document that lead to nothing in the repository. */
function brokenLinks(document: string, text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const full = file === '' ? path.join(ROOT, document) : path.join(ROOT, path.dirname(document), file);
    return !existsSync(full) || (anchor !== undefined && !anchorsOf(full).includes(anchor));
  });
}

/** Names of files and folders, in code spans, that are neither in the repository nor beside the document. */
function missingFiles(document: string, text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => span.split(' '));
  const names = spans.filter((span) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(span));
  return names.filter((name) => {
    const [folder = ''] = name.split('/');
    if (folder === 'runner') return !existsSync(path.join(ROOT, RUNNER, name.slice('runner/'.length)));
    const candidates = [path.join(ROOT, name), path.join(ROOT, path.dirname(document), name)];
    return folders.has(folder) && !candidates.some((file) => existsSync(file) || existsSync(`${file}.ts`));
  });
}

test.each(documents)('what %s links to and names is there', (document) => {
  const text = readFileSync(path.join(ROOT, document), 'utf8');
  const words = document === 'CHANGELOG.md' ? [] : missingFiles(document, text);
  expect([...brokenLinks(document, text), ...words]).toEqual([]);
});
