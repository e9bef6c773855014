import { wholeSeconds } from '../../contract/time';

/** Writes the result of a command to standard output: a text for people as it is, anything else as JSON. */
export function print(result: unknown): void {
  process.stdout.write(typeof result === 'string' ? result : `${JSON.stringify(result, oneForm, 2)}\n`);
}

/** Writes one of several results as a line of JSON. */
export function printLine(result: object): void {
  process.stdout.write(`${JSON.stringify(result, oneForm)}\n`);
}

/** The fields that are times in ISO 8601. The value of another may look like one, and is its writer's. */
const TIMES = new Set(['submitted', 'started', 'ended', 'updated', 'start', 'uploaded', 'created']);

/** Times come from S3, the functions and the runner, with milliseconds or without; they are printed in one form. */
function oneForm(name: string, value: unknown): unknown {
  return TIMES.has(name) && typeof value === 'string' ? wholeSeconds(value) : value;
}
