/** A word as a shell takes it: in single quotes where it holds anything that a shell reads in a way of its own. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
