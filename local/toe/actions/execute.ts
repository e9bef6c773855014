import type { ActionInputs, ActionName } from '../../../imagebuilder/actions';
import type { ActionContext, ActionResult } from './context';
import { s3Download, webDownload } from './downloads';
import { executeBash } from './execute-bash';
import { createFile, createFolder, deleteFile } from './files';

type Executors = {
  [A in ActionName]: (inputs: ActionInputs<A>, context: ActionContext) => ActionResult | Promise<ActionResult>;
};

const EXECUTORS: Executors = {
  ExecuteBash: executeBash,
  S3Download: s3Download,
  WebDownload: webDownload,
  CreateFile: createFile,
  CreateFolder: createFolder,
  DeleteFile: deleteFile,
  // A restart of a root of files: there is nothing to wait for.
  Reboot: () => ({}),
};

/** Executes one attempt of an action, whose inputs were checked and interpolated. Throws when it fails. */
export async function execute<A extends ActionName>(
  action: A,
  inputs: ActionInputs<A>,
  context: ActionContext,
): Promise<ActionResult> {
  return EXECUTORS[action](inputs, context);
}
