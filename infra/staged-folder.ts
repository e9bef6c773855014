import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary-folder';

/**
 * A copy of a folder, or of one file, as it is uploaded: readable by everybody and with lines that end in LF.
 *
 * CDK zips files with the modes that they have on the deploying machine. Under a umask of 077 that makes a function that
 * Lambda cannot read (EACCES at the first call). CRLF counts for nothing in CDK's hash of an asset, so that scripts which
 * do not run would go under the key of those that do. Throws the system's error.
 */
export function stagedFolder(source: string): string {
  copies ??= temporaryFolder('lambda-ec2-assets-');
  const copy = path.join(mkdtempSync(path.join(copies, 'asset-')), path.basename(source));
  stage(source, copy);
  return copy;
}

let copies: string | undefined;

function stage(source: string, copy: string): void {
  if (statSync(source).isDirectory()) {
    mkdirSync(copy);
    for (const name of readdirSync(source)) stage(path.join(source, name), path.join(copy, name));
    chmodSync(copy, 0o755);
    return;
  }
  writeFileSync(copy, withLineFeeds(readFileSync(source)));
  chmodSync(copy, 0o644);
}

/** A text is what has no zero byte, as for git and CDK. */
function withLineFeeds(content: Buffer): Buffer {
  if (content.includes(0) || !content.includes('\r\n')) return content;
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
