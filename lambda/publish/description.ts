/** Who had a version written. Also the first word of the description of every version the publisher writes. */
export type Writer = 'bake' | 'deploy' | 'rollback' | 'operator';

/** What the description of one of the publisher's own versions says, numbers being versions. */
export interface Description {
  writer: Writer;
  settingsOf: number;
  /** Where the AMI is from; absent when it came from a bake. */
  imageOf?: number;
  /** The default version before, when that is not the one the AMI is from. */
  after?: number;
}

const FORM =
  /^(bake|deploy|rollback|operator): settings of version (\d+)(?: with the image of version (\d+))?(?:.*?, after version (\d+))?/;

/**
 * The description of a version, for people and for later decisions; at most 255 characters, EC2's limit.
 *
 * `image` names the AMI where no version does: `bake: settings of version 4 with image ami-0abc`.
 */
export function describeVersion({ writer, settingsOf, imageOf, after }: Description, image?: string): string {
  const from = imageOf === undefined ? (image ? ` with image ${image}` : '') : ` with the image of version ${imageOf}`;
  const before = after === undefined || after === imageOf ? '' : `, after version ${after}`;
  return `${writer}: settings of version ${settingsOf}${from}${before}`.slice(0, 255);
}

/** Reads a description back; undefined for a version that somebody else wrote. */
export function readDescription(text: string): Description | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, writer, settingsOf, imageOf, after] = match;
  return {
    writer: writer as Writer,
    settingsOf: Number(settingsOf),
    imageOf: numberIn(imageOf),
    after: numberIn(after ?? imageOf),
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
