import { randomBytes } from 'node:crypto';
import type {
  FilterRule,
  LambdaFunctionConfiguration,
  QueueConfiguration,
  TopicConfiguration,
} from '@aws-sdk/client-s3';
import { S3Error } from './errors';
import type { S3Handler } from './handler';

/** One of the three kinds that have a destination of their own. */
type Configuration = Partial<QueueConfiguration & TopicConfiguration & LambdaFunctionConfiguration>;

export const getNotifications: S3Handler<'GetBucketNotificationConfiguration'> = ({ Bucket }, { store }) =>
  store.get(Bucket).notifications;

/**
 * Replaces all notifications of the bucket. What is delivered does not depend on them here: see `onEvent`.
 *
 * @throws S3Error InvalidArgument for a destination that is not there, two of one id, and two that would tell of the same
 * event (S3 User Guide, "Configuring event notifications using object key name filtering"); all stays as it was then
 */
export const putNotifications: S3Handler<'PutBucketNotificationConfiguration'> = (input, context) => {
  const bucket = context.store.get(input.Bucket);
  const { EventBridgeConfiguration, ...given } = input.NotificationConfiguration;
  const kept = {
    QueueConfigurations: given.QueueConfigurations?.map(withId),
    TopicConfigurations: given.TopicConfigurations?.map(withId),
    LambdaFunctionConfigurations: given.LambdaFunctionConfigurations?.map(withId),
  };
  const all = Object.values(kept).flatMap((some): Configuration[] => some ?? []);
  if (new Set(all.map(({ Id }) => Id)).size < all.length) {
    throw new S3Error('InvalidArgument', 'Same ID used for multiple configurations');
  }
  if (all.some((one, index) => all.slice(0, index).some((other) => overlap(one, other)))) {
    throw new S3Error(
      'InvalidArgument',
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    );
  }
  if (!input.SkipDestinationValidation) checkDestinations(all, context.destinationFault);
  bucket.notifications = { ...kept, EventBridgeConfiguration };
  return {};
};

/** As S3 tells it again: with an id, and the names of filter rules in its own spelling. */
function withId<One extends Configuration>(one: One): One {
  const Id = one.Id || randomBytes(36).toString('base64url');
  const FilterRules = one.Filter?.Key?.FilterRules?.map(({ Name, Value }) => ({
    Name: (Name?.toLowerCase() === 'prefix' ? 'Prefix' : 'Suffix') as FilterRule['Name'],
    Value,
  }));
  return { ...one, Id, Filter: FilterRules && { Key: { FilterRules } } };
}

function checkDestinations(all: Configuration[], faultOf: (arn: string) => string | undefined): void {
  const dead = all.flatMap((one) => {
    const arn = one.QueueArn ?? one.TopicArn ?? one.LambdaFunctionArn ?? '';
    const fault = faultOf(arn);
    return fault ? [[`${arn}, null`, fault]] : [];
  });
  if (dead.length === 0) return;
  const named = dead.flatMap(([name, value], index) => [
    [`ArgumentName${index + 1}`, name],
    [`ArgumentValue${index + 1}`, value],
  ]);
  const message = 'Unable to validate the following destination configurations';
  throw new S3Error('InvalidArgument', message, Object.fromEntries(named));
}

/** Whether some upload would be told by both. */
function overlap(one: Configuration, other: Configuration): boolean {
  const [a, b] = [filterOf(one), filterOf(other)];
  return (
    (one.Events ?? []).some((event) => (other.Events ?? []).some((second) => isWithin(event, second))) &&
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix))
  );
}

/** Whether two event types share one: `s3:ObjectCreated:*` has all those that begin like it. */
function isWithin(one: string, other: string): boolean {
  const begins = (all: string, text: string) => all.endsWith('*') && text.startsWith(all.slice(0, -1));
  return one === other || begins(one, other) || begins(other, one);
}

function filterOf({ Filter }: Configuration): { prefix: string; suffix: string } {
  const rules: FilterRule[] = Filter?.Key?.FilterRules ?? [];
  const value = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? '';
  return { prefix: value('prefix'), suffix: value('suffix') };
}
