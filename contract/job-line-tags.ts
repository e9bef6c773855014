import { JOB_LINE_PREFIX, type JobRun, parseJobLine } from './job-line';
import { JOB_LINE_TAG, MAX_TAG_VALUE } from './tags';

/**
 * The job run once more, as instance tags.
 *
 * The guard must know the job of an instance that has ended. User data is no help there: nothing documents that it can
 * be read after the termination, and reading it is one call for each instance, while tags come with every description.
 * In base64url, whose characters every AWS service takes in a tag. Without the percent-encoding of the job line, which
 * makes three characters of one: of EC2's 50 tags a key of 1024 bytes takes 7, and the rest are for settings.
 */
export function jobLineTags({ bucket, versionId, sequencer, attempt, key }: JobRun): Record<string, string> {
  // The key comes last, because it may hold any character.
  const text = [bucket, versionId, sequencer, attempt, key, ''].join('\n');
  const encoded = Buffer.from(text).toString('base64url');
  const parts = encoded.match(new RegExp(`.{1,${MAX_TAG_VALUE}}`, 'g')) as string[];
  return Object.fromEntries(parts.map((part, index) => [`${JOB_LINE_TAG}.${index}`, part]));
}

/** What {@link jobLineTags} puts into the tags. */
const RUN = /^(?<bucket>.+)\n(?<versionId>.*)\n(?<sequencer>.*)\n(?<attempt>[0-9]+)\n(?<key>[\s\S]+)\n$/;

/** The run that an instance's tags describe, or undefined when they do not hold a whole one. */
export function parseJobLineTags(tags: Readonly<Record<string, string>>): JobRun | undefined {
  let text = '';
  for (let index = 0; ; index++) {
    const part = tags[`${JOB_LINE_TAG}.${index}`];
    if (part === undefined) break;
    text += part;
  }
  const decoded = Buffer.from(text, 'base64url').toString();
  // Of an instance that was started before this version: the job line itself.
  if (decoded.startsWith(JOB_LINE_PREFIX)) return parseJobLine(decoded);
  const run = RUN.exec(decoded)?.groups as Record<keyof Omit<JobRun, 'submitted'>, string> | undefined;
  return run && { ...run, attempt: Number(run.attempt) };
}
