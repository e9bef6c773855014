import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage } from './error-message';
import { clip } from './text';

/** What any request has; enough to answer one that cannot be understood. */
export interface Answerable {
  ResponseURL: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  PhysicalResourceId?: string;
}

/** Whether an event is a request of CloudFormation that can be answered, be it in order or not. */
export function isCustomResourceRequest(event: unknown): event is Answerable {
  const { RequestType, ResponseURL } = (event ?? {}) as Record<string, unknown>;
  return typeof RequestType === 'string' && typeof ResponseURL === 'string';
}

const TRIES = 5;
/** CloudFormation takes an answer of 4096 bytes; a reason must leave room for the rest. */
const MAX_REASON = 1_000;

/**
 * Answers CloudFormation, which waits for it: success, or failure with one sentence that the deploy ends with.
 *
 * The content type is empty, because the URL is signed that way. Rejects when the answer cannot be delivered; Lambda
 * then repeats the whole invocation.
 */
export async function answer(request: Answerable, physicalId: string, failure?: string): Promise<void> {
  const body = JSON.stringify({
    Status: failure === undefined ? 'SUCCESS' : 'FAILED',
    Reason: failure === undefined ? undefined : clip(failure, MAX_REASON),
    PhysicalResourceId: request.PhysicalResourceId ?? physicalId,
    StackId: request.StackId,
    RequestId: request.RequestId,
    LogicalResourceId: request.LogicalResourceId,
  });
  for (let attempt = 1; ; attempt++) {
    const problem = await put(request.ResponseURL, body);
    if (problem === undefined) return;
    if (attempt === TRIES) throw new Error(`CloudFormation's answer could not be delivered: ${problem}`);
    await pause(100 * 2 ** attempt);
  }
}

async function put(url: string, text: string): Promise<string | undefined> {
  try {
    const body = Buffer.from(text);
    const signal = AbortSignal.timeout(2_500);
    const response = await fetch(url, { method: 'PUT', headers: { 'content-type': '' }, body, signal });
    const said = await response.text();
    return response.ok ? undefined : clip(`${response.status} ${response.statusText} ${said}`);
  } catch (error) {
    return errorMessage(error);
  }
}
