import { readDescription } from '../../lambda/publish/description';
import { isBaked } from '../../lambda/publish/image-order';
import { lineage } from '../../lambda/publish/lineage';
import { type TemplateState, type TemplateVersion, versionNumbered } from '../../lambda/publish/template';

/** More are not needed to go back, and a tag's value has at most 256 characters. */
const MOST = 20;

/**
 * The versions that were the default one after the other, oldest first, ending with the present one, as far as that is
 * known: from the tag, and for what others than the command did from the descriptions of versions.
 */
export function defaultsSoFar(template: TemplateState, tag: string): number[] {
  let recorded = tag.split(/[^0-9]+/).flatMap((text) => Number(text) || []);
  const line = [template.defaultVersion];
  for (;;) {
    const first = line[0] as number;
    const at = recorded.lastIndexOf(first);
    const before = at > 0 ? recorded.slice(0, at) : describedBefore(template, first);
    if (at > 0) recorded = [];
    if (before.length === 0) return line;
    line.unshift(...before);
  }
}

/** The tag's value for these defaults. */
export function defaultsTag(line: readonly number[]): string {
  return line.slice(-MOST).join(' ');
}

/**
 * The version that was the default before a version became it, as one number or none. Each is lower than the one after
 * it, so that the way back ends.
 */
function describedBefore(template: TemplateState, number: number): number[] {
  const version = versionNumbered(template, number);
  const before = version && (sourceOf(template, version) ?? onlyOneBefore(template, version));
  return before !== undefined && before < number ? [before] : [];
}

/** What the publisher's description says, or for a candidate of Image Builder's which version it is a copy of. */
function sourceOf(template: TemplateState, version: TemplateVersion): number | undefined {
  const described = readDescription(version.description);
  if (described) return described.writer === 'deploy' ? described.after : described.settingsOf;
  return version.description === '' ? lineage(template, version)[1]?.number : undefined;
}

/**
 * The newest version below that can have been the default, when it is known to have been: another one that somebody
 * wrote by hand may have been or not.
 */
function onlyOneBefore(template: TemplateState, { number }: TemplateVersion): number | undefined {
  const [newest] = template.versions
    .filter((one) => one.number < number && !isUnused(template, one))
    .sort((a, b) => b.number - a.number);
  return newest && wasDefault(template, newest) ? newest.number : undefined;
}

/** What CloudFormation or Image Builder wrote for the publisher, which made a copy the default. */
function isUnused(template: TemplateState, { number, description, data }: TemplateVersion): boolean {
  if (number === 1 || description !== '') return false;
  const image = template.images.get(data.ImageId ?? '');
  return !data.ImageId || (image !== undefined && isBaked(image));
}

/** The first version of all, whatever the publisher wrote, and what that says it came after. */
function wasDefault(template: TemplateState, { number, description }: TemplateVersion): boolean {
  if (number === 1 || readDescription(description)) return true;
  return template.versions.some((one) => readDescription(one.description) && sourceOf(template, one) === number);
}
