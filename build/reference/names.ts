import { KEYS } from '../../contract/bucket-keys';
import { TAGS } from '../../contract/tags';
import { code, table } from './table';

/** The section on keys of the job bucket. */
export function keysSection(): string {
  const rows = Object.entries(KEYS).map(([key, meaning]) => [code(key), meaning]);
  return `## Keys

All in the job bucket. Only what ends in \`.zip\`, in small letters, is an input.

${table(['key', 'what lies there'], rows)}`;
}

/** The section on tags. */
export function tagsSection(): string {
  const rows = Object.entries(TAGS).map(([tag, { on, meaning }]) => [code(tag), on, meaning]);
  return `## Tags

Instances carry each setting of the app as a tag of its own name as well: that is how the runner learns it. An empty one is
left out.

${table(['tag', 'on', 'meaning'], rows)}`;
}
