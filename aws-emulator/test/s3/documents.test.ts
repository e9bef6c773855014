import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BUCKET, useWorld, type World } from './helpers';
import { wire } from './wire';

let world: World;
let s3: S3Client;

useWorld((made) => {
  world = made;
  s3 = made.client();
});

const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
const keys = async () =>
  (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, EncodingType: 'url' }))).Contents?.map(({ Key }) =>
    decodeURIComponent(Key?.replaceAll('+', ' ') ?? ''),
  ) ?? [];
const deleteBatch = (document: string) => wire(world.url, 'POST', `/${BUCKET}`, { delete: '' }, document);

/** A key and the ways that XML writers have to spell it: Go and Python with numbers, Java and JavaScript with names. */
const SPELLINGS: [string, string][] = [
  ["it's", 'it&#39;s'],
  ["it's", 'it&#x27;s'],
  ["it's", 'it&apos;s'],
  ['"q"', '&#34;q&#34;'],
  ['"q"', '&quot;q&quot;'],
  ['a & <b>', 'a &amp; &lt;b&gt;'],
  ['a & <b>', 'a &#38; &#60;b&#62;'],
  ['&#39;', '&amp;#39;'],
  ['&amp;', '&amp;amp;'],
  ['🚀', '&#128640;'],
  ['🚀', '&#x1F680;'],
  ['🚀', '🚀'],
  ['tab\tline\nreturn\r', 'tab&#x9;line&#xA;return&#xD;'],
  ['\n', '&#xA;'],
  [' spaces ', ' spaces '],
  ['007', '007'],
  ['<b>', '<![CDATA[<b>]]>'],
];

test.each(SPELLINGS)('DeleteObjects deletes %j when its document spells it %s', async (key, spelled) => {
  await put(key);
  await put('another');

  const answer = await deleteBatch(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Object><Key>${spelled}</Key></Object>
    </Delete>`,
  );

  expect(answer.status).toBe(200);
  expect(await keys()).toEqual(['another']);
});

test.each(['&#34;TAG&#34;', '&#x22;TAG&#x22;', '&quot;TAG&quot;', '"TAG"', 'TAG'])(
  'a completion may spell its entity tags %s',
  async (spelled) => {
    const at = { Bucket: BUCKET, Key: 'k' };
    const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand(at));
    const { ETag = '' } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'hello' }));
    const tag = spelled.replace('TAG', ETag.replaceAll('"', ''));

    const answer = await wire(
      world.url,
      'POST',
      `/${BUCKET}/k`,
      { uploadId: UploadId },
      `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><ETag>${tag}</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>`,
    );

    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('<CompleteMultipartUploadResult') });
    const { Body } = await s3.send(new GetObjectCommand(at));
    expect(await Body?.transformToString()).toBe('hello');
  },
);

test.each([
  '<Delete><Object><Key>a</Object></Delete>',
  '<Delete><Object><Key>a</Key></Object>',
  '<Delete><Object><Key>a & b</Key></Object></Delete>',
  '<Delete></Delete>',
  'no document',
])('the document %s is MalformedXML, and nothing is deleted', async (document) => {
  await put('a');

  expect(await deleteBatch(document)).toMatchObject({
    status: 400,
    body: expect.stringContaining('<Code>MalformedXML</Code>'),
  });
  expect(await keys()).toEqual(['a']);
});
