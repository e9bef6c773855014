import { batchProblem, SqsError } from './errors';

/** One entry of a batch request. */
export type BatchEntry = Record<string, unknown> & { Id: string };

/**
 * Does one thing for each entry of a batch: what fails is in `Failed`, the others are done all the same.
 *
 * Throws only what fails a batch as a whole: none or more than ten entries, or two with one id.
 */
export function inBatch(entries: unknown, act: (entry: BatchEntry) => object): object {
  const list = (Array.isArray(entries) ? entries : []) as BatchEntry[];
  if (list.length === 0) throw batchProblem('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (list.length > 10) {
    throw batchProblem(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${list.length}.`,
    );
  }
  if (new Set(list.map((entry) => entry.Id)).size < list.length) {
    throw batchProblem('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of list) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
