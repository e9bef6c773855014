import {
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { compareKeys } from '../../s3/keys';
import { pageOf } from '../../s3/paging';
import { BUCKET, errorOf, useWorld } from './helpers';

let s3: S3Client;

useWorld((world) => {
  s3 = world.client();
});

const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
const list = (request: object = {}) => s3.send(new ListObjectsV2Command({ Bucket: BUCKET, ...request }));
const keys = (page: { Contents?: { Key?: string }[] }) => (page.Contents ?? []).map((one) => one.Key);

test('pages of a listing hold every key once, in the order of their UTF-8 bytes', async () => {
  const all = ['a', 'b/1', 'b/2', 'Z', 'é', '\uff5e', '🚀', 'a b', 'a+b', 'a&<>"\''];
  for (const key of all) await put(key);

  const seen: (string | undefined)[] = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket: BUCKET })) {
    expect(page.KeyCount).toBeLessThanOrEqual(3);
    seen.push(...keys(page));
  }

  expect(seen).toEqual([...all].sort(compareKeys));
  expect(seen.indexOf('\uff5e')).toBeLessThan(seen.indexOf('🚀'));
});

test('a delimiter rolls keys up into common prefixes, each of which counts once', async () => {
  for (const key of ['in/a/1', 'in/a/2', 'in/b', 'in/c/1', 'out/x']) await put(key);

  const first = await list({ Prefix: 'in/', Delimiter: '/', MaxKeys: 1 });
  const rest = await list({ Prefix: 'in/', Delimiter: '/', ContinuationToken: first.NextContinuationToken });

  expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: 'in/a/' }], IsTruncated: true, KeyCount: 1 });
  expect(keys(rest)).toEqual(['in/b']);
  expect(rest).toMatchObject({ CommonPrefixes: [{ Prefix: 'in/c/' }], IsTruncated: false, KeyCount: 2 });
});

test('start-after, an empty result, no keys asked for and a made-up token', async () => {
  for (const key of ['a', 'b', 'c']) await put(key);

  expect(keys(await list({ StartAfter: 'a' }))).toEqual(['b', 'c']);
  expect(await list({ Prefix: 'nothing' })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  expect((await errorOf(list({ ContinuationToken: 'made up' }))).code).toBe('InvalidArgument');
});

test('encoding-type=url returns names in form encoding', async () => {
  await put('a b/\u0001ü');

  const page = await list({ EncodingType: 'url', Prefix: 'a b', Delimiter: '/' });

  expect(page).toMatchObject({ Prefix: 'a+b', Delimiter: '/', CommonPrefixes: [{ Prefix: 'a+b/' }] });
  expect(keys(await list({ EncodingType: 'url' }))).toEqual(['a+b/%01%C3%BC']);
});

test('deleted objects are not listed', async () => {
  await put('kept');
  await put('gone');
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone' }));

  expect(keys(await list())).toEqual(['kept']);
});

test('versions and delete markers are listed newest first, across pages', async () => {
  for (const key of ['a', 'a', 'b', 'a']) await put(key);
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'a' }));

  const seen: string[] = [];
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (let more = true; more; ) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, MaxKeys: 2, ...marker }));
    for (const one of page.DeleteMarkers ?? []) seen.push(`${one.Key} marker ${one.IsLatest}`);
    for (const one of page.Versions ?? []) seen.push(`${one.Key} ${one.IsLatest}`);
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    more = page.IsTruncated ?? false;
  }

  expect(seen).toEqual(['a marker true', 'a false', 'a false', 'a false', 'b true']);
});

test('whatever the keys and the page size, the pages together are the whole listing', () => {
  const key = fc
    .array(fc.constantFrom('a', 'b', '/', '//', 'é'), { minLength: 1, maxLength: 5 })
    .map((a) => a.join(''));
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 20 }),
      fc.constantFrom('', 'a', 'a/', '/'),
      fc.constantFrom('', '/'),
      fc.integer({ min: 1, max: 4 }),
      (unsorted, prefix, delimiter, most) => {
        const sorted = unsorted.sort(compareKeys);
        const whole = pageOf(sorted, { prefix, delimiter, after: '', most: 1000 }).entries;
        const paged = [];
        for (let after: string | undefined = ''; after !== undefined; ) {
          const page = pageOf(sorted, { prefix, delimiter, after, most });
          paged.push(...page.entries);
          after = page.next;
        }
        expect(paged).toEqual(whole);
      },
    ),
  );
});

test('the older listing goes on after the last key, or after NextMarker where a delimiter rolls keys up', async () => {
  for (const key of ['a', 'b/1', 'b/2', 'c']) await put(key);
  const older = (request: object) => s3.send(new ListObjectsCommand({ Bucket: BUCKET, ...request }));

  const first = await older({ MaxKeys: 2 });
  const rolled = await older({ MaxKeys: 2, Delimiter: '/' });

  expect(first).toMatchObject({ IsTruncated: true, Marker: '', Contents: [{ Owner: { ID: 'local' } }, {}] });
  expect(first.NextMarker).toBeUndefined();
  expect(keys(await older({ Marker: keys(first).at(-1) }))).toEqual(['b/2', 'c']);
  expect(rolled).toMatchObject({ IsTruncated: true, NextMarker: 'b/', CommonPrefixes: [{ Prefix: 'b/' }] });
  expect(keys(await older({ Marker: rolled.NextMarker, Delimiter: '/' }))).toEqual(['c']);
});
