import { crc32, inflateRawSync } from 'node:zlib';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;

/** A zip file with one member, stored as it is: small inputs need no more. */
export function zipOf(name: string, content: Buffer): Buffer {
  const path = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0); // version
  fields.writeUInt16LE(0x0800, 2); // the name is UTF-8
  fields.writeUInt16LE(0x21, 8); // 1980-01-01, so that the same content makes the same file
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([word(LOCAL), fields, path, content]);
  const central = Buffer.concat([word(CENTRAL), Buffer.from([20, 0]), fields, Buffer.alloc(14), path]);
  const end = Buffer.alloc(END_BYTES - 4);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, word(END), end]);
}

/**
 * The members of a zip file, each checked against its CRC-32. Throws an Error that says what is wrong with a file that
 * is not whole. Knows what Python's zipfile writes: stored and deflated members, no encryption, below 4 GiB.
 */
export function membersOf(zip: Buffer): Map<string, Buffer> {
  const end = endRecord(zip);
  const members = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== CENTRAL) throw new Error('its directory is damaged');
    const [nameBytes, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    members.set(name, member(zip, at, name));
    at += 46 + nameBytes + extra + comment;
  }
  return members;
}

/**
 * Whether the end of a file (its last 64 KiB, or all of it) is the end of a zip file of this size: for one that is too
 * large to be read whole.
 */
export function endsAsZip(tail: Buffer, size: number): boolean {
  try {
    const end = endRecord(tail);
    const directory = tail.readUInt32LE(end + 12) + tail.readUInt32LE(end + 16);
    // Above 4 GiB the directory's place stands in another record.
    return directory >= 0xffffffff || directory <= size - tail.length + end;
  } catch {
    return false;
  }
}

function endRecord(zip: Buffer): number {
  for (let at = zip.length - END_BYTES; at >= 0 && at >= zip.length - END_BYTES - 0xffff; at--) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  throw new Error('it does not end as a zip file does');
}

function member(zip: Buffer, central: number, name: string): Buffer {
  const method = zip.readUInt16LE(central + 10);
  const packed = zip.readUInt32LE(central + 20);
  const local = zip.readUInt32LE(central + 42);
  if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL)
    throw new Error(`${name} is not where it should be`);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = zip.subarray(start, start + packed);
  if (data.length < packed) throw new Error(`${name} is cut off`);
  if (method !== 0 && method !== 8) throw new Error(`${name} is packed in a way that is not known here`);
  const content = method === 8 ? inflateRawSync(data) : Buffer.from(data);
  if (crc32(content) !== zip.readUInt32LE(central + 16)) throw new Error(`${name} is damaged`);
  return content;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
