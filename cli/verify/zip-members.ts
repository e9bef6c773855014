import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

/**
 * The members of a zip file, each checked against its CRC-32, which yauzl leaves to its callers. Rejects with an Error
 * that says what is wrong with a file that is not whole.
 */
export async function membersOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>();
  const archive = await yauzl.fromBufferPromise(zip);
  for await (const entry of archive.eachEntry()) {
    const content = await buffer(await archive.openReadStreamPromise(entry));
    if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName} is damaged`);
    members.set(entry.fileName, content);
  }
  return members;
}
