import fs from 'node:fs';
import path from 'node:path';
import type { ActionInputs } from '../../../imagebuilder/actions';
import { pathIn } from '../root';
import type { ActionContext, ActionResult } from './context';

/** Writes each file; one that exists is an error unless it may be overwritten. */
export function createFile(inputs: ActionInputs<'CreateFile'>, { root }: ActionContext): ActionResult {
  for (const { path: name, content, permissions, overwrite = false } of inputs) {
    const file = pathIn(root, name);
    if (fs.existsSync(file) && !overwrite) throw new Error(`${name} exists already`);
    if (!fs.existsSync(path.dirname(file))) throw new Error(`the folder of ${name} does not exist`);
    fs.writeFileSync(file, content);
    // By itself, because the mode of a new file is subject to the umask.
    fs.chmodSync(file, Number.parseInt(permissions, 8));
  }
  return {};
}

/** Makes each folder, parents included. One that exists keeps its content. */
export function createFolder(inputs: ActionInputs<'CreateFolder'>, { root }: ActionContext): ActionResult {
  for (const { path: name, permissions } of inputs) {
    const folder = pathIn(root, name);
    fs.mkdirSync(folder, { recursive: true });
    fs.chmodSync(folder, Number.parseInt(permissions, 8));
  }
  return {};
}

/** Removes each file; one that is not there is an error, as it is for AWSTOE. */
export function deleteFile(inputs: ActionInputs<'DeleteFile'>, { root }: ActionContext): ActionResult {
  for (const { path: name } of inputs) {
    const file = pathIn(root, name);
    if (!fs.existsSync(file)) throw new Error(`${name} does not exist`);
    fs.rmSync(file);
  }
  return {};
}
