/** The polynomial of CRC-64/NVME, reversed: S3's default checksum of an object (S3 User Guide, "Checking object integrity"). */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/** The table's entries in two halves: 32-bit integers are quick, BigInt is not. */
const HIGH = new Int32Array(256);
const LOW = new Int32Array(256);

for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
  HIGH[byte] = Number(BigInt.asIntN(32, crc >> 32n));
  LOW[byte] = Number(BigInt.asIntN(32, crc));
}

/** CRC-64/NVME of a stream of bytes. */
export class Crc64Nvme {
  private high = -1;
  private low = -1;

  update(bytes: Buffer): void {
    let { high, low } = this;
    for (let i = 0; i < bytes.length; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] as number);
      high = (high >>> 8) ^ (HIGH[index] as number);
    }
    this.high = high;
    this.low = low;
  }

  /** Eight bytes, most significant first. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(~this.high, 0);
    bytes.writeInt32BE(~this.low, 4);
    return bytes;
  }
}
