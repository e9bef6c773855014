/** IMDS writes times without fractions of a second; some clients parse nothing else. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}
