import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { membersOf } from './zip-members';

/** The folder of the example app, and its settings. */
export const EXAMPLE_APP = path.join(__dirname, '..', '..', 'example');
export const EXAMPLE_SETTINGS = path.join(EXAMPLE_APP, 'settings.yaml');

/** Always the same, so that the same content makes the same file. */
const PACKED = { mtime: new Date(1980, 0, 1) };

/** The input of the example app, as `npm start` packs it. */
export function exampleInput(): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(sales(), 'sales.csv', PACKED);
  zip.end();
  return buffer(zip.outputStream);
}

/**
 * What is wrong with an output of the example app for {@link exampleInput}, or undefined: the units of all products
 * must add up to those of the input.
 */
export async function exampleOutputProblem(output: Buffer): Promise<string | undefined> {
  let members: Map<string, Buffer>;
  try {
    members = await membersOf(output);
  } catch (error) {
    return `the output is no whole zip file: ${(error as Error).message}`;
  }
  const [summary, report] = ['summary.csv', 'report.html'].map((name) => members.get(name)?.toString());
  if (!summary || !report)
    return `the output holds ${[...members.keys()].join(', ') || 'nothing'}, not summary.csv and report.html`;
  const total = sum(
    rows(summary)
      .filter(({ by }) => by === 'product')
      .map(({ units }) => units),
  );
  const expected = sum(rows(sales().toString()).map(({ units }) => units));
  return total === expected ? undefined : `summary.csv counts ${total} units, and the input has ${expected}`;
}

function sales(): Buffer {
  return readFileSync(path.join(EXAMPLE_APP, 'input', 'sales.csv'));
}

function rows(csv: string): Record<string, string | undefined>[] {
  const [head = '', ...lines] = csv.trim().split(/\r?\n/);
  const names = head.replace(/^\ufeff/, '').split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  });
}

function sum(values: (string | undefined)[]): number {
  return values.reduce((total, value) => total + Number(value ?? Number.NaN), 0);
}
