import { readDescription } from './description';
import { isBaked } from './image-order';
import { sameSettings } from './same-settings';
import { latestOf, type TemplateData, type TemplateState, type TemplateVersion, versionNumbered } from './template';

/**
 * Whether a version has the settings of another: it equals it apart from the AMI, or it was written as a copy of it.
 *
 * What the publisher wrote is recognised by its description, because EC2 may tell a copy in other words than its source
 * (a default filled in, a name become an ARN): a copy that was recognised by equality alone would be written again and
 * again.
 */
export function hasSettingsOf(version: TemplateVersion, source: TemplateVersion): boolean {
  return sameSettings(version.data, source.data) || readDescription(version.description)?.settingsOf === source.number;
}

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
  // The source of its settings has been deleted since, but the description still tells which it was.
  return Math.min(last.number, readDescription(last.description)?.settingsOf ?? last.number);
}

function parent(template: TemplateState, version: TemplateVersion): TemplateVersion | undefined {
  const described = readDescription(version.description);
  if (described) return versionNumbered(template, described.settingsOf);
  const image = version.data.ImageId;
  if (!image) return undefined;
  const earlier = template.versions.filter(({ number }) => number < version.number);
  if (earlier.some(({ data }) => data.ImageId === image)) return undefined;
  const equal = latestOf(earlier.filter(({ data }) => sameSettings(data, version.data)));
  if (equal) return equal;
  const known = template.images.get(image);
  // An AMI that is known not to be a bake's came with an operator, and in other words than any: he decided on settings.
  if (known && !isBaked(known)) return undefined;
  // Image Builder decides on none, so its copy has some version's, in whatever words EC2 tells them.
  return latestOf(earlier.filter((one) => isAlike(one, version)));
}

/** Whether two versions agree in what tells settings apart even in other words: the instance type and its tags. */
function isAlike({ data: a }: TemplateVersion, { data: b }: TemplateVersion): boolean {
  const core = ({ InstanceType, TagSpecifications }: TemplateData): TemplateData => ({
    InstanceType,
    TagSpecifications,
  });
  return sameSettings(core(a), core(b));
}
