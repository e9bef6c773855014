import { createHash, randomBytes } from 'node:crypto';

/** A new resource id as EC2 makes them: prefix and 17 hex digits, `i-0123456789abcdef0`. */
export function newId(prefix: 'i' | 'ami' | 'lt' | 'r' | 'sir'): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

/** An id that is the same in every run: for what EC2 provides here itself, such as its subnets. */
export function fixedId(prefix: string, seed: string): string {
  return `${prefix}-0${createHash('sha256').update(seed).digest('hex').slice(0, 16)}`;
}

/** Whether `id` could name a resource at all; EC2 tells a malformed id from one that does not exist. */
export function isId(prefix: string, id: string): boolean {
  return new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
}
