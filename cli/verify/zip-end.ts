const END = 'PK\x05\x06';
const END_BYTES = 22;

/**
 * Whether the end of a file (its last 64 KiB, or all of it) is the end of a zip file of this size: for one that is too
 * large to be read whole.
 */
export function endsAsZip(tail: Buffer, size: number): boolean {
  const end = tail.length < END_BYTES ? -1 : tail.lastIndexOf(END, tail.length - END_BYTES);
  if (end < 0) return false;
  const directory = tail.readUInt32LE(end + 12) + tail.readUInt32LE(end + 16);
  // Above 4 GiB the directory's place stands in another record.
  return directory >= 0xffffffff || directory <= size - tail.length + end;
}
