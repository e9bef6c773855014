import { SingleBar } from 'cli-progress';

/** Less than this is there before a bar would be seen. */
const LEAST_BYTES = 5 << 20;
const MEBIBYTE = 1 << 20;

/** How far a transfer is, on standard error; silent where nobody sees it. */
export interface TransferBar {
  /** So many bytes are done. */
  update(bytes: number): void;
  stop(): void;
}

/** A bar for a transfer of so many bytes. */
export function transferBar(label: string, bytes: number, quiet = false): TransferBar {
  const isSeen = process.stderr.isTTY && process.env.TERM !== 'dumb' && !quiet && bytes >= LEAST_BYTES;
  if (!isSeen) return { update: () => {}, stop: () => {} };
  const format = `${label} [{bar}] {percentage}% of {size} MiB, {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: false });
  bar.start(bytes, 0, { size: Math.round(bytes / MEBIBYTE) });
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
