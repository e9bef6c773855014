import type { Clock } from './clock';

/** CloudFormation waits so long for a custom resource (infra/publisher.ts), in milliseconds. */
const PATIENCE = 240_000;
const waiting = new Map<string, (status: string) => void>();

/** What the custom resource answers to a request, or `TIMED OUT`. */
export function answersTo(clock: Clock, url: string): Promise<string> {
  return new Promise((resolve) => {
    waiting.set(url, resolve);
    clock.after(PATIENCE, () => {
      waiting.delete(url);
      resolve('TIMED OUT');
    });
  });
}

/** Takes the place of the network's `fetch`, which only answers to CloudFormation use. Returns what puts it back. */
export function installFetch(clock: Clock): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = (async (url: string, { body }: { body: Buffer }) => {
    await clock.sleep(50);
    waiting.get(url)?.((JSON.parse(body.toString()) as { Status: string }).Status);
    waiting.delete(url);
    return { ok: true, status: 200, statusText: 'OK', text: async () => '' };
  }) as never;
  return () => {
    globalThis.fetch = real;
  };
}
