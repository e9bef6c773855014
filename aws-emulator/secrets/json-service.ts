import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import type { Service, ServiceRequest } from '../http/types';

/** An error in the AWS JSON 1.1 protocol: the code goes into `__type`. */
export class JsonError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = 'JsonError';
  }
}

export type JsonInput = Record<string, unknown>;
export type JsonOperation = (input: JsonInput) => object;

/** A service in the AWS JSON 1.1 protocol: `X-Amz-Target: PREFIX.Operation`, JSON in and out. */
export class JsonService implements Service {
  /**
   * @param name the service's name in SigV4 scopes
   * @param prefix what stands before the dot in `X-Amz-Target`
   */
  constructor(
    readonly name: string,
    private readonly prefix: string,
    private readonly operations: Readonly<Record<string, JsonOperation>>,
  ) {}

  async handle({ req, res }: ServiceRequest): Promise<void> {
    const answer = (status: number, body: object) => {
      const text = JSON.stringify(body);
      res.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'content-length': Buffer.byteLength(text),
        'x-amzn-requestid': randomUUID(),
      });
      res.end(text);
    };
    try {
      const [prefix, name = ''] = String(req.headers['x-amz-target']).split('.', 2);
      if (prefix !== this.prefix || !Object.hasOwn(this.operations, name)) {
        throw new JsonError('UnknownOperationException', `${this.name} has no operation ${name} on this machine`);
      }
      answer(200, (this.operations[name] as JsonOperation)(await readInput(req)));
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      answer(error.status, { __type: error.code, message: error.message });
    }
  }
}

/** A required text parameter. */
export function textOf(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new JsonError(
    'ValidationException',
    `Value at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

async function readInput(req: ServiceRequest['req']): Promise<JsonInput> {
  try {
    const input = await json(req);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonInput;
  } catch {
    // said below
  }
  throw new JsonError('SerializationException', 'the request body is not a JSON object');
}
