import type { TemplateData } from './template';

/**
 * Whether two versions are equal apart from the AMI.
 *
 * Order in lists does not count (EC2 answers tags in any order), and empty values count as absent. A difference that is
 * none in truth costs only one more version.
 */
export function sameSettings(a: TemplateData, b: TemplateData): boolean {
  return settingsText(a) === settingsText(b);
}

function settingsText({ ImageId: _image, ...settings }: TemplateData): string | undefined {
  return JSON.stringify(canonical(settings));
}

function canonical(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(canonical).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items.sort(byText);
  }
  const entries = Object.entries(value)
    .map(([key, field]) => [key, canonical(field)] as const)
    .filter(([, field]) => field !== undefined)
    .sort(byText);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function byText(a: unknown, b: unknown): number {
  return Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b)));
}
