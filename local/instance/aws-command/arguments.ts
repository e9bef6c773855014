import { parseArgs } from 'node:util';
import { UsageError } from './exit-codes';

type OptionTypes = Record<string, { type: 'string' | 'boolean' }>;

/** Global options of the CLI that change nothing here. */
const IGNORED: OptionTypes = {
  output: { type: 'string' },
  region: { type: 'string' },
  'no-cli-pager': { type: 'boolean' },
};

/** Splits a command's arguments; `count` is how many positional ones it takes. */
export function readArguments(
  args: string[],
  options: OptionTypes,
  count: number,
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args, options: { ...IGNORED, ...options }, allowPositionals: true });
    if (positionals.length !== count) throw new Error(`${count} paths are needed, ${positionals.length} given`);
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The CLI's shorthand for maps: `k=v,k2=v2`. */
export function readMap(text: string): Record<string, string> {
  const entries = text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`expected k=v,k2=v2 and got '${text}'`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** `s3://bucket/key`; undefined for a path of this machine. */
export function readS3Uri(text: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(text);
  return match ? { bucket: match[1] as string, key: match[2] as string } : undefined;
}
