import type { BakeContext } from '../../cli/bake/context';
import { followBake } from '../../cli/bake/follow-bake';

const ARN = 'arn:aws:imagebuilder:eu-west-1:123456789012:image/jobs/1.0.0/1';

/** Image Builder, giving these answers, the last one for ever. */
function answering(...answers: (Error | string)[]): BakeContext {
  const send = async () => {
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) as Error | string;
    if (answer instanceof Error) throw answer;
    return { image: { arn: ARN, state: { status: answer } } };
  };
  return { imagebuilder: { send } } as never;
}

function failure(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

function follow(context: BakeContext): Promise<string[]> {
  const seen: string[] = [];
  const options = {
    pollMs: 1,
    signal: new AbortController().signal,
    onState: (bake: { status: string }) => void seen.push(bake.status),
  };
  return followBake(context, ARN, options).then(() => seen);
}

test('an outage on the way is borne', async () => {
  const outage = Array.from({ length: 20 }, () => failure('ECONNREFUSED'));
  const limits = [failure('ThrottlingException', 400), failure('TooManyRequestsException', 429)];
  const context = answering('BUILDING', ...outage, 'TESTING', ...limits, ...outage.slice(2), 'AVAILABLE');
  expect(await follow(context)).toEqual(['BUILDING', 'TESTING', 'AVAILABLE']);
});

test('one that does not end is not', async () => {
  await expect(follow(answering('BUILDING', failure('ServiceUnavailable', 503)))).rejects.toThrow('ServiceUnavailable');
});

test('a refusal ends it at once', async () => {
  await expect(follow(answering('BUILDING', failure('ExpiredToken', 403), 'AVAILABLE'))).rejects.toThrow(
    'ExpiredToken',
  );
});
