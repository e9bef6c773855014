/** As much of AWS's own words as a sentence takes; the longest known, of a launch without rights, have about 500. */
const MOST_WORDS = 500;

/**
 * Text as one line of at most so many characters, with an ellipsis where something is left out. Never half a character.
 */
export function clip(text: string, most = MOST_WORDS): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this takes out
  const line = text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  if (line.length <= most) return line;
  return `${line
    .slice(0, most - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}

/** With a capital at the beginning. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
