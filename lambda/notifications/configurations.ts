import type {
  FilterRule,
  LambdaFunctionConfiguration,
  NotificationConfiguration,
  QueueConfiguration,
  TopicConfiguration,
} from '@aws-sdk/client-s3';
import type { NotificationRequest } from './request';

/** The kinds of notification that have a destination and an id; EventBridge is on or off, and never ours. */
const KINDS = ['QueueConfigurations', 'TopicConfigurations', 'LambdaFunctionConfigurations'] as const;

/** One notification, of any kind. */
export type Configuration = Partial<QueueConfiguration & TopicConfiguration & LambdaFunctionConfiguration>;

/** What the bucket is to have, and whose each part is. */
export interface Plan {
  next: NotificationConfiguration;
  ours: Configuration[];
  others: Configuration[];
  /** Whether the bucket has it all already. */
  isSame: boolean;
}

/**
 * Ours in the place of ours, and those of others as they are, ids included: whoever made one finds it by its id. CDK's
 * own function gives others a new id with each update of a bucket that is not the stack's, and takes them all away from
 * one that is (aws-cdk-lib 2.276.0, custom-resource-handlers/dist/aws-s3/notifications-resource-handler).
 */
export function plan(present: NotificationConfiguration, request: NotificationRequest): Plan {
  const wanted = request.type === 'Delete' ? {} : request.wanted;
  const own = [...allOf(request.wanted), ...allOf(request.before)].map(targetOf);
  const isOurs = (one: Configuration) => one.Id?.startsWith(`${request.stackId}-`) || own.includes(targetOf(one));
  const parts = KINDS.map((kind) => {
    const ours = (wanted[kind] ?? []).map((one, index) => ({ ...one, Id: `${request.stackId}-${kind}-${index}` }));
    const others = (present[kind] ?? []).filter((one) => !isOurs(one));
    return { kind, ours, others };
  });
  const kept = { EventBridgeConfiguration: present.EventBridgeConfiguration };
  const next = Object.fromEntries(parts.map(({ kind, ours, others }) => [kind, [...others, ...ours]]));
  return {
    next: { ...kept, ...next },
    ours: parts.flatMap(({ ours }): Configuration[] => ours),
    others: parts.flatMap(({ others }): Configuration[] => others),
    isSame: textOf(allOf(present)) === textOf(allOf(next)),
  };
}

export function destinationOf({ QueueArn, TopicArn, LambdaFunctionArn }: Configuration): string {
  return QueueArn ?? TopicArn ?? LambdaFunctionArn ?? '';
}

/** Whether both tell of some of the same uploads, which S3 refuses. */
export function overlaps(one: Configuration, other: Configuration): boolean {
  const [a, b] = [filterOf(one), filterOf(other)];
  return (
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix))
  );
}

function allOf(configuration: NotificationConfiguration): Configuration[] {
  return KINDS.flatMap((kind): Configuration[] => configuration[kind] ?? []);
}

/** Where a notification goes and what it is about: what tells ours that CDK's function has made. */
function targetOf(one: Configuration): string {
  return JSON.stringify([destinationOf(one), filterOf(one)]);
}

/** S3 tells the names of filter rules with a capital, and takes them in any order. */
function filterOf({ Filter }: Configuration): { prefix: string; suffix: string } {
  const rules: FilterRule[] = Filter?.Key?.FilterRules ?? [];
  const value = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? '';
  return { prefix: value('prefix'), suffix: value('suffix') };
}

function textOf(all: Configuration[]): string {
  return JSON.stringify(all.map((one) => [one.Id, targetOf(one), [...(one.Events ?? [])].sort()]).sort());
}
