import { Crc32, Crc32c, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import { Sha1, Sha256 } from '@aws-sdk/checksums/sha';
import { S3Error } from './errors';

/** The checksum algorithms of S3, named as in `x-amz-checksum-NAME`. */
const DIGESTS = { crc32: Crc32, crc32c: Crc32c, crc64nvme: Crc64NvmeJs, sha1: Sha1, sha256: Sha256 };
export type Algorithm = keyof typeof DIGESTS;
const ALGORITHMS = Object.keys(DIGESTS) as Algorithm[];

/** Of the whole object, or (multipart only) of the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as stored with an object; `value` is base64, with `-N` behind it when composite. */
export interface StoredChecksum {
  algorithm: Algorithm;
  value: string;
  type: ChecksumType;
}

/** A checksum that is being computed. */
export interface RunningChecksum {
  update(bytes: Buffer): void;
  /** Once, at the end. */
  base64(): Promise<string>;
}

/** A checksum over bytes that arrive piece by piece. */
export function startChecksum(algorithm: Algorithm): RunningChecksum {
  const digest = new DIGESTS[algorithm]();
  return {
    update: (bytes) => digest.update(bytes),
    base64: async () => Buffer.from(await digest.digest()).toString('base64'),
  };
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
