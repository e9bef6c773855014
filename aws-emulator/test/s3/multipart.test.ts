import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { BUCKET, errorOf, someBytes, useWorld, type World } from './helpers';

const MIB = 1024 * 1024;
const at = { Bucket: BUCKET, Key: 'big.zip' };

let world: World;
let s3: S3Client;

useWorld((made) => {
  world = made;
  s3 = made.client();
});

const begin = async () => (await s3.send(new CreateMultipartUploadCommand(at))).UploadId as string;
const part = async (UploadId: string, PartNumber: number, Body: Buffer) => {
  const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
};
const complete = (UploadId: string, Parts: object[], more: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts }, ...more }));
const read = async () => {
  const { Body } = await s3.send(new GetObjectCommand(at));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const uploadsKept = () => readdirSync(path.join(world.dir, 'buckets', BUCKET, 'uploads'));

test('lib-storage uploads 12 MB of unknown length in parts, and the result is one object', async () => {
  const body = someBytes(12 * MIB + 17);

  const done = await new Upload({
    client: s3,
    params: {
      ...at,
      Body: Readable.from([body.subarray(0, 5_000_000), body.subarray(5_000_000)]),
      Metadata: { a: 'b' },
    },
  }).done();

  expect((await read()).equals(body)).toBe(true);
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
  const parts = [0, 5, 10].map((mib) => md5(body.subarray(mib * MIB, (mib + 5) * MIB)));
  expect(done.ETag).toBe(`"${md5(Buffer.concat(parts)).toString('hex')}-3"`);
  expect(done.VersionId).toBeDefined();
  expect(world.events.map((event) => event.eventName)).toEqual(['ObjectCreated:CompleteMultipartUpload']);
  expect(uploadsKept()).toEqual([]);
});

test('a whole-object checksum is computed over the joined parts and compared', async () => {
  const create = () =>
    s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }));
  const send = async (UploadId: string, ChecksumCRC32?: string) => {
    const { ETag } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'hello' }));
    return complete(UploadId, [{ PartNumber: 1, ETag }], { ChecksumCRC32 });
  };

  const good = await send((await create()).UploadId as string, 'NhCmhg==');
  const bad = send((await create()).UploadId as string, 'AAAAAA==');

  expect(good).toMatchObject({ ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' });
  expect(await errorOf(bad)).toEqual({ code: 'BadDigest', status: 400 });
});

test('a completion is refused when its parts are wrong, too small, out of order or unknown', async () => {
  const id = await begin();
  const small = await part(id, 1, someBytes(10));
  const last = await part(id, 2, someBytes(10));

  expect((await errorOf(complete(id, [small, last]))).code).toBe('EntityTooSmall');
  expect((await errorOf(complete(id, [last, small]))).code).toBe('InvalidPartOrder');
  expect((await errorOf(complete(id, [{ PartNumber: 1, ETag: last.ETag?.replace(/.{4}"/, '0000"') }]))).code).toBe(
    'InvalidPart',
  );
  expect((await errorOf(complete(id, [{ ...last, PartNumber: 3 }]))).code).toBe('InvalidPart');
  expect((await errorOf(complete('nosuchupload', [small]))).code).toBe('NoSuchUpload');
  expect((await errorOf(complete('../../x', [small]))).code).toBe('NoSuchUpload');
  await expect(complete(id, [small])).resolves.toBeDefined();
});

test('a part sent again takes the place of the first', async () => {
  const id = await begin();
  await part(id, 1, someBytes(6 * MIB));
  const first = await part(id, 1, someBytes(5 * MIB));
  const second = await part(id, 2, Buffer.from('end'));

  await complete(id, [first, second]);

  expect(uploadsKept()).toEqual([]);
  expect((await read()).length).toBe(5 * MIB + 3);
});

test('an aborted upload leaves nothing', async () => {
  const id = await begin();
  const one = await part(id, 1, someBytes(10));

  await s3.send(new AbortMultipartUploadCommand({ ...at, UploadId: id }));

  expect(uploadsKept()).toEqual([]);
  expect((await errorOf(complete(id, [one]))).code).toBe('NoSuchUpload');
  expect((await errorOf(part(id, 2, someBytes(10)))).code).toBe('NoSuchUpload');
});

test('a completion can be conditional', async () => {
  await s3.send(new PutObjectCommand({ ...at, Body: 'first' }));
  const id = await begin();
  const one = await part(id, 1, someBytes(10));

  expect((await errorOf(complete(id, [one], { IfNoneMatch: '*' }))).code).toBe('PreconditionFailed');
  expect((await read()).toString()).toBe('first');
});

test('parts can be copied from ranges of an object', async () => {
  const body = someBytes(6 * MIB);
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'source', Body: body }));
  const id = await begin();
  const copy = async (PartNumber: number, CopySourceRange: string) => {
    const command = new UploadPartCopyCommand({
      ...at,
      UploadId: id,
      PartNumber,
      CopySource: `${BUCKET}/source`,
      CopySourceRange,
    });
    return { PartNumber, ETag: (await s3.send(command)).CopyPartResult?.ETag };
  };

  await complete(id, [await copy(1, `bytes=0-${5 * MIB - 1}`), await copy(2, `bytes=${5 * MIB}-${6 * MIB - 1}`)]);

  expect((await read()).equals(body)).toBe(true);
});

test('uploads under way and their parts are listed, page by page', async () => {
  const first = await begin();
  const second = await begin();
  const other = await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'another' }));
  for (const number of [2, 1]) await part(first, number, Buffer.from(`part ${number}`));

  const uploads = (request: object) => s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, ...request }));
  const page = await uploads({ MaxUploads: 2 });
  const rest = await uploads({ KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker });
  const parts = await s3.send(new ListPartsCommand({ ...at, UploadId: first, MaxParts: 1 }));
  const more = await s3.send(
    new ListPartsCommand({ ...at, UploadId: first, PartNumberMarker: parts.NextPartNumberMarker }),
  );

  expect([...(page.Uploads ?? []), ...(rest.Uploads ?? [])].map((one) => one.UploadId)).toEqual([
    other.UploadId,
    first,
    second,
  ]);
  expect(page.IsTruncated).toBe(true);
  expect((await uploads({ Prefix: 'an' })).Uploads).toMatchObject([{ Key: 'another' }]);
  expect(parts).toMatchObject({ IsTruncated: true, Parts: [{ PartNumber: 1, Size: 6 }] });
  expect(more).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 2, Size: 6 }] });
});
