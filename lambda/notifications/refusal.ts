import { errorMessage } from '../shared/error-message';
import { type Configuration, destinationOf, overlaps, type Plan } from './configurations';

/**
 * Why S3 does not take the notifications, with the one that is to blame: it refuses all for the sake of one, and names
 * in `ArgumentName1`, `ArgumentValue1`, ... each destination that it cannot send to, with why.
 */
export function refusal(error: unknown, bucket: string, { ours, others }: Plan): string {
  const named = Object.entries(error as object).flatMap(([name, value]) => {
    const number = /^ArgumentName(\d*)$/.exec(name)?.[1];
    const arn = /^arn:[^\s,]+/.exec(String(value))?.[0];
    if (number === undefined || !arn) return [];
    return [{ arn, why: String((error as Record<string, unknown>)[`ArgumentValue${number}`] ?? '') }];
  });
  const causes = named.map(({ arn, why }) => `${whose(arn, others)}${arn}${why && `: ${why}`}`);
  const alike = named.length > 0 ? [] : others.filter((one) => ours.some((own) => overlaps(one, own)));
  causes.push(...alike.map((one) => `${title(one)} goes to ${destinationOf(one)} and covers the same keys`));
  const words = `S3 does not take the notifications of ${bucket} (${errorMessage(error)})`;
  return causes.length > 0 ? `${words}: ${causes.join('; ')}; mend or remove that and deploy again` : words;
}

function whose(arn: string, others: Configuration[]): string {
  const other = others.find((one) => destinationOf(one) === arn);
  return other ? `${title(other)} goes to ` : "the stack's own goes to ";
}

const title = ({ Id }: Configuration) => `the notification ${Id}, which is not the stack's,`;
