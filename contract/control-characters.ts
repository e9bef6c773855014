/** True when text holds an ASCII control character (including DEL). */
export function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for
  return /[\u0000-\u001f\u007f]/.test(text);
}
