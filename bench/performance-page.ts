import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PAGE = path.join(__dirname, '../docs/performance.md');

/**
 * Puts texts into docs/performance.md, each between the markers of its name: `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
 *
 * @throws when the page has no such markers
 */
export function writeBlocks(blocks: Record<string, string>): void {
  let page = readFileSync(PAGE, 'utf8');
  for (const [name, text] of Object.entries(blocks)) {
    const block = new RegExp(`(<!-- ${name}: begin -->\n)[\\s\\S]*?(<!-- ${name}: end -->)`);
    if (!block.test(page)) throw new Error(`docs/performance.md has no place for ${name}`);
    page = page.replace(block, (_, begin, end) => `${begin}\n${text}\n\n${end}`);
  }
  writeFileSync(PAGE, page);
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
