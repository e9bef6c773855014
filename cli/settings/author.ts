import { readDescription } from '../../lambda/publish/description';
import { isBaked } from '../../lambda/publish/image-order';
import type { SettingsVersion, Versions } from './versions';

/** Who had a version written. */
export const WRITERS = ['deploy', 'bake', 'publish', 'operator'] as const;
export type VersionWriter = (typeof WRITERS)[number];

/** Who wrote a version and why, as far as EC2 and its description tell. */
export interface Author {
  writer: VersionWriter;
  /** For people: a name. */
  name: string;
  why: string;
}

/** Tells by a version's description and content who wrote it: see "Who writes what" in docs/architecture.md. */
export function authorOf(template: Pick<Versions, 'images'>, version: SettingsVersion): Author {
  const { description, createdBy, data } = version;
  if (readDescription(description)) return { writer: 'publish', name: 'publish', why: description };
  const image = template.images.get(data.ImageId ?? '');
  const isCandidate = description === '' && image !== undefined && isBaked(image);
  if (isCandidate || createdBy.includes('/AWSServiceRoleForImageBuilder/')) {
    return { writer: 'bake', name: 'Image Builder', why: description };
  }
  // CloudFormation calls EC2 as whoever deploys, and gives neither an image nor a description.
  if (description === '' && !data.ImageId) return { writer: 'deploy', name: 'cdk deploy', why: '' };
  return { writer: 'operator', name: shortName(createdBy), why: description };
}

/** Sessions that the SDKs name themselves: they say nothing of who it is. */
const UNNAMED_SESSION = /^(botocore-session-|aws-sdk-|aws-cli|aws-go-sdk-|i-[0-9a-f]+$|[0-9]+$)/;

/**
 * A principal's ARN as people call it: the user's name, the session's (of IAM Identity Center the user's name), or the
 * role's where the session has no name of its own ("IAM identifiers", IAM User Guide).
 */
export function shortName(arn: string): string {
  const [kind = '', ...path] = arn.split(':').slice(5).join(':').split('/');
  const last = path.at(-1) ?? kind;
  return kind === 'assumed-role' && UNNAMED_SESSION.test(last) ? (path[0] ?? last) : last;
}
