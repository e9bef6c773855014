import { createHash } from 'node:crypto';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Signing } from '../../http/types';
import { decodeAwsChunked } from '../../s3/chunks';

const SIGNER = new SignatureV4({
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 's3',
  sha256: Sha256,
});

/** The example of the S3 API Reference, "Signature calculations ... multiple chunks": 66,560 letters a. */
const EXAMPLE: Signing = {
  sign: (text) => SIGNER.sign(text, { signingDate: '2013-05-24T00:00:00Z' }),
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};
const EXAMPLE_BODY = [
  '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n',
  'a'.repeat(65536),
  '\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
  'a'.repeat(1024),
  '\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
].join('');

async function decode(body: string, pieceSize: number, signing?: Signing): Promise<[string, Map<string, string>]> {
  async function* pieces() {
    for (let i = 0; i < body.length; i += pieceSize) yield Buffer.from(body.slice(i, i + pieceSize));
  }
  const trailers = new Map<string, string>();
  const decoded: Buffer[] = [];
  for await (const piece of decodeAwsChunked(pieces(), trailers, signing)) decoded.push(piece);
  return [Buffer.concat(decoded).toString(), trailers];
}

test("AWS's own example of a body signed in chunks is accepted", async () => {
  const [body] = await decode(EXAMPLE_BODY, 10_000, EXAMPLE);

  expect(body).toBe('a'.repeat(66_560));
});

test('a changed byte, a changed signature and a dropped chunk are refused', async () => {
  const refused = (body: string) =>
    expect(decode(body, 10_000, EXAMPLE)).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });

  await refused(EXAMPLE_BODY.replace('aaa', 'aab'));
  await refused(EXAMPLE_BODY.replace('0055627c', '1055627c'));
  await refused(EXAMPLE_BODY.replace(/400;[\s\S]*?\r\n0;/, '0;'));
});

test('signed trailers are verified', async () => {
  const { timestamp, scope, signature: seed } = EXAMPLE;
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const sign = (...lines: string[]) => EXAMPLE.sign(lines.join('\n'));
  const first = await sign('AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, seed, sha(''), sha('hello'));
  const last = await sign('AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, first, sha(''), sha(''));
  const trailer = await sign(
    'AWS4-HMAC-SHA256-TRAILER',
    timestamp,
    scope,
    last,
    sha('x-amz-checksum-crc32:NhCmhg==\n'),
  );
  const body = (signature: string) =>
    `5;chunk-signature=${first}\r\nhello\r\n0;chunk-signature=${last}\r\n` +
    `x-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;

  const [text, trailers] = await decode(body(trailer), 7, EXAMPLE);

  expect(text).toBe('hello');
  expect(trailers.get('x-amz-checksum-crc32')).toBe('NhCmhg==');
  await expect(decode(body(last), 7, EXAMPLE)).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
});

test.each([1, 2, 3, 1000])('an unsigned body is decoded when it arrives in pieces of %d bytes', async (pieceSize) => {
  const [body, trailers] = await decode(
    '5\r\nhe\r\nl\r\n3\r\n\r\n0\r\n0\r\nX-Amz-Checksum-Crc32: abc\r\n\r\n',
    pieceSize,
  );

  expect(body).toBe('he\r\nl\r\n0');
  expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'abc']]);
});

test.each([
  '5\r\nhel',
  '5\r\nhello',
  '5\r\nhello\r\n',
  '5\r\nhelloX\r\n0\r\n\r\n',
  'x\r\n\r\n',
  '0\r\n\r\nmore',
  '0\r\n',
])('the broken body %j is refused', async (body) => {
  await expect(decode(body, 4)).rejects.toMatchObject({ code: 'IncompleteBody' });
});
