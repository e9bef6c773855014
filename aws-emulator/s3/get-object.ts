import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { attributeHeaders, checksumHeaders } from './attributes';
import { bucketOf, type Call } from './call';
import { checkRead } from './conditions';
import { findVersion } from './find-version';
import { parseRange } from './range';
import { ids, present, replyEmpty } from './reply';
import type { ObjectVersion } from './version';

/** Larger than Node's own choice: fewer turns of the event loop for each gigabyte. */
const READ_BYTES = 512 * 1024;

/** The query parameters of GetObject that replace headers of the answer. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** GetObject and HeadObject. */
export async function getObject(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  const version = findVersion(bucket, call.key, call.query.get('versionId'));
  const headers = responseHeaders(call, version);
  if (checkRead(call.headers, version) === 'not-modified') {
    replyEmpty(call, 304, headers);
    return;
  }
  const range = parseRange(call.headers.range, version.size);
  const start = range?.start ?? 0;
  const end = range?.end ?? version.size - 1;
  // Opened before the headers go out: a version may be removed at any moment, an open file stays readable.
  const file = await open(bucket.dataPath(version));
  try {
    call.res.writeHead(
      range ? 206 : 200,
      present({
        ...headers,
        // A checksum of the whole is no help with a part.
        ...(range || call.headers['x-amz-checksum-mode'] !== 'ENABLED' ? {} : checksumHeaders(version)),
        'content-range': range && `bytes ${start}-${end}/${version.size}`,
        'content-length': end - start + 1,
      }),
    );
    if (call.req.method === 'HEAD' || version.size === 0) {
      call.res.end();
    } else {
      const bytes = file.createReadStream({ start, end, highWaterMark: READ_BYTES, autoClose: false });
      await pipeline(bytes, call.res);
    }
  } finally {
    await file.close();
  }
}

function responseHeaders(call: Call, version: ObjectVersion): Record<string, string | number | undefined> {
  const overrides = OVERRIDES.flatMap((name) => {
    const value = call.query.get(`response-${name}`);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...ids(call), ...attributeHeaders(version), ...Object.fromEntries(overrides) };
}
