import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import type { Service, ServiceRequest } from '../http/types';
import { SqsError } from './errors';
import { type Input, operation } from './operations';
import type { Queues } from './queues';

const TARGET = /^AmazonSQS\.(\w+)$/;

/** SQS behind the common endpoint, in the AWS JSON 1.0 protocol that the SDK and the AWS CLI v2 speak. */
export class SqsService implements Service {
  readonly name = 'sqs';

  constructor(private readonly queues: Queues) {}

  async handle({ req, res, caller }: ServiceRequest): Promise<void> {
    const hungUp = new AbortController();
    res.once('close', () => hungUp.abort());
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      const text = JSON.stringify(body);
      res.writeHead(status, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(text),
        'x-amzn-requestid': randomUUID(),
        ...headers,
      });
      res.end(text);
    };
    try {
      const name = TARGET.exec(String(req.headers['x-amz-target']))?.[1] ?? '';
      const input = await readInput(req);
      const endpoint = `http://${req.headers.host ?? '127.0.0.1'}`;
      const call = { queues: this.queues, endpoint, senderId: caller.accessKeyId, signal: hungUp.signal };
      answer(200, await operation(name)(input, call));
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const body = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message };
      answer(error.status, body, { 'x-amzn-query-error': `${error.queryCode};Sender` });
    }
  }
}

async function readInput(req: ServiceRequest['req']): Promise<Input> {
  try {
    const input = await json(req);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // said below
  }
  throw new SqsError('SerializationException', 'The request body is not a JSON object.');
}
