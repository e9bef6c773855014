import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { page } from './pages';

const ROOT = path.join(__dirname, '../..');

/** A command line in a code block of a document. */
export interface CommandLine {
  file: string;
  /** What is typed, its comment left out. */
  line: string;
  /** The block needs an AWS account, as the comment before it says. */
  account: boolean;
}

/** All documents that say how this project is now, not how it was. */
export const DOCUMENTS = execFileSync('git', ['ls-files', '-z', '--', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file && file !== 'CHANGELOG.md');

/** Those for whoever uses it. The others' command lines are the tests themselves. */
export const GUIDES = DOCUMENTS.filter((file) => file === 'README.md' || /^(docs|example)\//.test(file));

/** Stands before a block whose lines need an AWS account. */
const ACCOUNT = '<!-- needs an AWS account -->';
/** What a command line begins with, as opposed to a diagram, a file or what a command prints. */
const COMMAND =
  /^(?:[A-Z_]+=|[a-z_]+\(\) |id=|- run: |(?:[\d*]+ ){5})|^(?:npx|npm|node|git|lambda-ec2|aws|jq|python3|venv\/bin\/\w+|pip|cdk|export|source|eval|cd|curl|while|crontab|gh|mkdir|cp) /;

/** The command lines in the code blocks of a document, in their order. A line that ends in a backslash goes on. */
export function commandLines(file: string): CommandLine[] {
  return blocks(page(file)).flatMap(({ text, before }) =>
    text
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.replace(/\s+# .*$/, '').trim())
      .filter((line) => COMMAND.test(line))
      .map((line) => ({ file, line, account: before === ACCOUNT })),
  );
}

/** The code blocks, those by indentation and those in fences, each with the line of text before it. */
function blocks(text: string): { text: string; before: string }[] {
  const found = text.matchAll(/(?<=^|\n)(.*)\n\n?((?: {4}.*\n(?:\n(?= {4}))?)+|```\w*\n[\s\S]*?\n```\n)/g);
  return [...found].map(([, before = '', block = '']) => ({
    text: block.replace(/^ {4}/gm, '').replace(/^```\w*$/gm, ''),
    before: before.trim(),
  }));
}

/** The calls of `lambda-ec2` in the code blocks of a document, each as the words after the name. */
export const calls = (file: string): string[][] => commandLines(file).flatMap(({ line }) => callsIn(line));

/** Those in its code spans, where a name alone may stand for the command. */
export const mentions = (file: string): string[][] =>
  [...page(file).matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => callsIn(span));

const callsIn = (line: string) =>
  [...line.matchAll(/(?:^|npx |[(|;&] ?)lambda-ec2 ((?:\$\([^)]*\)|[^|;&)>#])*)/g)].map(([, words = '']) =>
    shellWords(words),
  );

/** The words of a simple command, quotes taken off. */
function shellWords(text: string): string[] {
  const words = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
