import fs from 'node:fs';
import path from 'node:path';
import type { ComponentDocument } from '../../infra/image-component';
import { run } from '../instance/run';
import type { ToeInput } from './run-document';

/** Documents with S3 URLs for their assets, and what lies behind those URLs. */
export interface ServedDocuments {
  documents: ToeInput[];
  /** The file behind a URL; a folder as a zip file, as a deploy would upload it. */
  fetchS3: (url: string) => Promise<string>;
}

/** Gives each asset a URL, and serves it from this machine; zip files are made in `folder`, each once. */
export function serveAssets(documents: ComponentDocument[], folder: string): ServedDocuments {
  const paths = new Map<string, string>();
  const zips = new Map<string, Promise<string>>();
  const inputs = documents.map(({ data, assets = {} }) => {
    const parameters = Object.entries(assets).map(([name, asset]) => {
      const url = `s3://local-assets/${name}`;
      paths.set(url, asset);
      return [name, url];
    });
    return { data, parameters: Object.fromEntries(parameters) };
  });
  const fetchS3 = async (url: string) => {
    const asset = paths.get(url);
    if (asset === undefined) throw new Error(`${url}: there is no such object on this machine`);
    if (fs.statSync(asset).isFile()) return asset;
    const zip = zips.get(url) ?? zipFolder(asset, path.join(folder, `${path.basename(url)}.zip`));
    zips.set(url, zip);
    return zip;
  };
  return { documents: inputs, fetchS3 };
}

async function zipFolder(folder: string, zip: string): Promise<string> {
  const { code, stderr } = await run('python3', ['-m', 'zipfile', '-c', zip, ...fs.readdirSync(folder)], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(`packing ${folder} failed: ${stderr.trim()}`);
  return zip;
}
