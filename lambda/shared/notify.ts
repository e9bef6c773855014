import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';

/** Tells people, through the stack's topic. Rejects when SNS does not take the message. */
export type Notify = (subject: string, message: string) => Promise<void>;

const TRIES = 3;
/** SNS's limits: 100 characters of printable ASCII in a subject, 256 KiB in a message (Publish, SNS API reference). */
const MAX_SUBJECT = 100;
const MAX_MESSAGE = 100_000;

/**
 * A function that publishes to one topic.
 *
 * SNS takes a signed form, so that one call needs no client of its own in the bundles. `environment` holds the
 * credentials and, outside AWS, the endpoint, under the names that every SDK reads.
 */
export function notifier(topicArn: string, environment: Record<string, string | undefined>): Notify {
  return async (subject, message) => {
    const form = new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: topicArn,
      Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT),
      Message: message.slice(0, MAX_MESSAGE),
    });
    for (let attempt = 1; ; attempt++) {
      const problem = await post(topicArn, environment, form.toString());
      if (problem === undefined) return;
      if (!problem.again || attempt === TRIES) throw new Error(`SNS did not take the message: ${problem.sentence}`);
      await pause(200 * 4 ** (attempt - 1));
    }
  };
}

/** One call; what went wrong, or undefined. */
async function post(
  topicArn: string,
  environment: Record<string, string | undefined>,
  body: string,
): Promise<{ sentence: string; again: boolean } | undefined> {
  const [, partition, , region = ''] = topicArn.split(':');
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(
    environment.AWS_ENDPOINT_URL_SNS ?? environment.AWS_ENDPOINT_URL ?? `https://sns.${region}.${suffix}`,
  );
  const signer = new SignatureV4({
    service: 'sns',
    region,
    sha256: NodeSha256,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
      ...(environment.AWS_SESSION_TOKEN && { sessionToken: environment.AWS_SESSION_TOKEN }),
    },
  });
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    query: {},
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const { host: _host, ...headers } = signed.headers;
  try {
    const answer = await fetch(new URL('/', url), {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(5_000),
    });
    const text = await answer.text();
    if (answer.ok) return undefined;
    const again = answer.status >= 500 || answer.status === 429 || /Throttl/.test(text);
    return { again, sentence: `${answer.status} ${/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? ''}`.trim() };
  } catch (error) {
    return { again: true, sentence: error instanceof Error ? error.message : String(error) };
  }
}

/** The hash that the signer wants: plain, or keyed when it is made with a secret. */
export class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
