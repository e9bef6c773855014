/** A Markdown table: its head, and its rows of cells. A cell's own bars are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Text as a code span; nothing for no text. */
export const code = (text: string) => (text === '' ? '' : `\`${text}\``);
