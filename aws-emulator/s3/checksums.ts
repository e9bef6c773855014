import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c as AwsCrc32c } from '@aws-crypto/crc32c';
import { Crc64Nvme } from './crc64';
import { S3Error } from './errors';

/** The checksum algorithms of S3, named as in `x-amz-checksum-NAME`. */
export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Of the whole object, or (multipart only) of the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as stored with an object; `value` is base64, with `-N` behind it when composite. */
export interface StoredChecksum {
  readonly algorithm: Algorithm;
  readonly value: string;
  readonly type: ChecksumType;
}

/** Something bytes are fed to, and a digest comes out of. */
export interface Digest {
  update(bytes: Buffer): void;
  digest(): Buffer;
}

export function startDigest(algorithm: Algorithm): Digest {
  switch (algorithm) {
    case 'crc32':
      return new Crc32();
    case 'crc32c':
      return new Crc32c();
    case 'crc64nvme':
      return new Crc64Nvme();
    default:
      return createHash(algorithm);
  }
}

class Crc32 implements Digest {
  private value = 0;

  update(bytes: Buffer): void {
    this.value = crc32(bytes, this.value);
  }

  digest(): Buffer {
    return bigEndian(this.value);
  }
}

class Crc32c implements Digest {
  private readonly crc = new AwsCrc32c();

  update(bytes: Buffer): void {
    this.crc.update(bytes);
  }

  digest(): Buffer {
    return bigEndian(this.crc.digest());
  }
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads an algorithm's name as headers and documents spell it (`CRC32`, `sha256`). */
export function algorithmNamed(name: string): Algorithm {
  const algorithm = ALGORITHMS.find((one) => one === name.toLowerCase());
  if (!algorithm) throw new S3Error('InvalidRequest', `The checksum algorithm ${name} is not supported`);
  return algorithm;
}

/** An algorithm as documents spell it. */
export function algorithmName<A extends Algorithm>(algorithm: A): Uppercase<A> {
  return algorithm.toUpperCase() as Uppercase<A>;
}

/** The member of the SDK's shapes that carries a checksum of this algorithm. */
export function checksumName<A extends Algorithm>(algorithm: A): `Checksum${Uppercase<A>}` {
  return `Checksum${algorithmName(algorithm)}`;
}

type ChecksumMembers = { [Name in `Checksum${Uppercase<Algorithm>}`]?: string } & { ChecksumType?: ChecksumType };

/** A verified checksum as members of an answer. */
export function checksumMembers(checksum: StoredChecksum | undefined): ChecksumMembers {
  return checksum ? { [checksumName(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {};
}

/**
 * The checksum a request states in a header, if any.
 *
 * @throws S3Error InvalidRequest when there are two
 */
export function statedChecksum(
  headers: Readonly<Record<string, string | undefined>>,
): { algorithm: Algorithm; value: string } | undefined {
  const stated = ALGORITHMS.flatMap((algorithm) => {
    const value = headers[`x-amz-checksum-${algorithm}`];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (stated.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header');
  return stated[0];
}
