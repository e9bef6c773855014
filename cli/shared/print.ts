/** Writes the result of a command to standard output: a text for people as it is, anything else as JSON. */
export function print(result: unknown): void {
  process.stdout.write(typeof result === 'string' ? result : `${JSON.stringify(result, null, 2)}\n`);
}

/** Writes one of several results as a line of JSON. */
export function printLine(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
