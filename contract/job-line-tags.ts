import { formatJobLine, type JobRun, parseJobLine } from './job-line';
import { JOB_LINE_TAG, MAX_TAG_VALUE } from './tags';

/** What the line of a key of 1024 bytes takes, S3's most, when each is written as `%XX`, with a bucket of 63 characters. */
export const MAX_JOB_LINE_TAGS = 17;

/**
 * The job line once more, as instance tags.
 *
 * The guard must know the job of an instance that has ended. User data is no help there: nothing documents that it can
 * be read after the termination, and reading it is one call for each instance, while tags come with every description.
 * In base64url, whose characters every AWS service takes in a tag. It is at most {@link MAX_JOB_LINE_TAGS} tags of EC2's 50.
 */
export function jobLineTags(job: JobRun): Record<string, string> {
  const text = Buffer.from(formatJobLine(job)).toString('base64url');
  const parts = text.match(new RegExp(`.{1,${MAX_TAG_VALUE}}`, 'g')) ?? [];
  return Object.fromEntries(parts.map((part, index) => [`${JOB_LINE_TAG}.${index}`, part]));
}

/** The run that an instance's tags describe, or undefined when they do not hold a whole job line. */
export function parseJobLineTags(tags: Readonly<Record<string, string>>): JobRun | undefined {
  let text = '';
  for (let index = 0; ; index++) {
    const part = tags[`${JOB_LINE_TAG}.${index}`];
    if (part === undefined) break;
    text += part;
  }
  return parseJobLine(Buffer.from(text, 'base64url').toString());
}
