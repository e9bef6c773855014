import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { sh } from '../../test/boot/shell';

/** An image on a disk of its own, of which nothing is in the page cache yet. */
export interface ColdDisk {
  /** Where it is mounted. */
  root: string;
  /** MiB that the kernel has read from the disk since it was mounted, to a tenth. */
  mebibytesRead(): number;
  /** MiB in the page cache of each file, largest first. */
  filesRead(): Map<string, number>;
  remove(): void;
}

/** Puts a folder on an ext4 file system in a file, by a loop device that bypasses the cache of the file below it. */
export function coldDisk(folder: string, work: string): ColdDisk {
  const file = path.join(work, 'cold.ext4');
  const root = path.join(work, 'cold');
  sh('truncate', ['--size=4G', file]);
  sh('mke2fs', ['-q', '-t', 'ext4', '-d', folder, file]);
  const words = ['--find', '--show', '--direct-io=on', file];
  const device = execFileSync('losetup', words, { encoding: 'utf8' }).trim();
  mkdirSync(root);
  sh('mount', [device, root]);
  // Sectors of 512 bytes, whatever the device has (https://docs.kernel.org/block/stat.html).
  const stat = `/sys/block/${path.basename(device)}/stat`;
  const bytesRead = () => Number(readFileSync(stat, 'utf8').trim().split(/\s+/)[2]) * 512;
  const mounted = bytesRead();
  return {
    root,
    mebibytesRead: () => Math.round(((bytesRead() - mounted) / 2 ** 20) * 10) / 10,
    filesRead: () => residentFiles(root),
    remove() {
      sh('umount', [root]);
      sh('losetup', ['--detach', device]);
      rmSync(file);
      rmSync(root, { recursive: true });
    },
  };
}

/** By fincore(1). A file with many names counts once. */
function residentFiles(root: string): Map<string, number> {
  const find =
    'find "$0" -xdev -type f -size +0 -printf "%i %p\\n" | sort -n -u -k1,1 | cut -d" " -f2- | tr "\\n" "\\0"';
  const each = `${find} | xargs -0 fincore --bytes --raw --noheadings --output RES,FILE`;
  const said = execFileSync('sh', ['-c', each, root], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const files = [...said.matchAll(/^(\d+) (.*)$/gm)].map(
    ([, bytes, file = '']) => [file.slice(root.length), Number(bytes) / 2 ** 20] as const,
  );
  return new Map(files.filter(([, mebibytes]) => mebibytes > 0).sort(([, a], [, b]) => b - a));
}
