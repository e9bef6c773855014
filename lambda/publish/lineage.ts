import { readDescription } from './description';
import { sameSettings } from './same-settings';
import { type TemplateState, type TemplateVersion, versionNumbered } from './template';

/**
 * Where a version's settings come from: the version itself, the one it took them from, and so on to the version whose
 * writer decided on them, which comes last.
 *
 * The publisher's own versions say it in their descriptions. Image Builder's say nothing and copy an undocumented one,
 * so they are recognised by being the first with their AMI, which nobody else could know yet.
 */
export function lineage(template: TemplateState, version: TemplateVersion): TemplateVersion[] {
  const line = [version];
  for (let at: TemplateVersion | undefined = version; at; ) {
    at = parent(template, at);
    // Numbers only fall on the way back; anything else is a description that somebody made up.
    if (at && at.number < (line.at(-1) as TemplateVersion).number) line.push(at);
    else at = undefined;
  }
  return line;
}

/** The number of the version whose writer decided on these settings: the higher, the later. */
export function settingsAuthor(template: TemplateState, version: TemplateVersion): number {
  const last = lineage(template, version).at(-1) as TemplateVersion;
  const described = readDescription(last.description);
  // The source of its settings has been deleted since, but the description still tells which it was.
  return described && described.settingsOf < last.number ? described.settingsOf : last.number;
}

function parent(template: TemplateState, version: TemplateVersion): TemplateVersion | undefined {
  const described = readDescription(version.description);
  if (described) return versionNumbered(template, described.settingsOf);
  const image = version.data.ImageId;
  if (!image) return undefined;
  const earlier = template.versions.filter(({ number }) => number < version.number);
  if (earlier.some(({ data }) => data.ImageId === image)) return undefined;
  const equal = earlier.filter(({ data }) => sameSettings(data, version.data));
  return equal.reduce<TemplateVersion | undefined>(
    (last, one) => (last && last.number > one.number ? last : one),
    undefined,
  );
}
