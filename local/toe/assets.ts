import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from '../instance/run-program';

/** The parameters of a document, each the S3 URL of an asset, and what lies behind those URLs. */
export interface ServedAssets {
  parameters: Record<string, string>;
  /** The zip file behind a URL, as a deploy would upload it. */
  fetchS3: (url: string) => Promise<string>;
}

/** Gives each asset, a folder, a URL, and serves it from this machine; zip files are made in `folder`, each once. */
export function serveAssets(assets: Record<string, string>, folder: string): ServedAssets {
  const urls = Object.entries(assets).map(([name, asset]) => ({ name, asset, url: `s3://local-assets/${name}` }));
  const zips = new Map<string, Promise<string>>();
  const fetchS3 = async (url: string) => {
    const found = urls.find((one) => one.url === url);
    if (!found) throw new Error(`${url}: there is no such object on this machine`);
    const zip = zips.get(url) ?? zipFolder(found.asset, path.join(folder, `${found.name}.zip`));
    zips.set(url, zip);
    return zip;
  };
  return { parameters: Object.fromEntries(urls.map(({ name, url }) => [name, url])), fetchS3 };
}

async function zipFolder(folder: string, zip: string): Promise<string> {
  const { code, stderr } = await runProgram('python3', ['-m', 'zipfile', '-c', zip, ...readdirSync(folder)], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(`packing ${folder} failed: ${stderr.trim()}`);
  return zip;
}
