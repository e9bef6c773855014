const { readFileSync, statSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const DOCUMENT = path.join(__dirname, '../../docs/reliability.md');
const BEGIN = '<!-- written by npm run test:mutants -->';
const END = '<!-- end of what npm run test:mutants wrote -->';
const GOAL = 95;
const HEADER = ['folder', 'files', 'mutants', 'killed', 'survived', 'not reached', 'score', `goal ${GOAL} %`, 'date'];

/** A row of the table, from Stryker's report of a folder. Endless is what Stryker calls timed out, and killed too. */
function row(folder, report) {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const [killed, survived, missed] = [count('Killed', 'Timeout'), count('Survived'), count('NoCoverage')];
  const all = killed + survived + missed;
  const score = (100 * killed) / all;
  const date = statSync(report).mtime.toISOString().slice(0, 10);
  const numbers = [Object.keys(files).length, all, killed, survived, missed, `${score.toFixed(1)} %`];
  return [`\`${folder}\``, ...numbers, score >= GOAL ? 'reached' : 'not reached', date];
}

const line = (cells) => `| ${cells.join(' | ')} |`;

/** Puts the rows of these folders, each with its report, into docs/reliability.md; the others stay as they are. */
function writeDocument(reports) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/reliability.md has no place for the table: ${BEGIN} ... ${END}`);
  const before = text.slice(begin, end).matchAll(/^\| `(\S+)` \|.*$/gm);
  const rows = new Map([...before].map(([whole, folder]) => [folder, whole]));
  for (const [folder, report] of reports) rows.set(folder, line(row(folder, report)));
  const lines = [line(HEADER), line(HEADER.map(() => '---')), ...[...rows.keys()].sort().map((one) => rows.get(one))];
  writeFileSync(DOCUMENT, `${text.slice(0, begin + BEGIN.length)}\n${lines.join('\n')}\n${text.slice(end)}`);
}

module.exports = { writeDocument };
