import path from 'node:path';
import type { DeployedFunction } from '../../contract/function-env';
import type { Settings } from '../../contract/settings';
import { clientEnvironment, roleOptions } from '../account';
import type { LocalServices } from '../services';
import type { FunctionFailures } from './failures';
import { functionBundle } from './function-bundle';
import { LambdaProcess } from './lambda-process';

/** The pinned SDK is known to run here; its notice about later versions is not for the user of this machine. */
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** What the functions of a machine are deployed with. */
export interface Deployment {
  settings: Settings;
  services: LocalServices;
  templateId: string;
  /** Folder for the bundles. */
  dir: string;
  onLine: (line: string) => void;
  failures: FunctionFailures;
}

/** Bundles a function as a deploy does and starts it. As Lambda does, gives it the region and credentials too. */
export function deployFunction(
  { services, dir, onLine }: Deployment,
  { name, environment }: DeployedFunction,
  onLog = (line: string) => onLine(`${name}: ${line}`),
): LambdaProcess {
  return new LambdaProcess({
    file: functionBundle(path.join(dir, 'lambda'), name),
    environment: { ...clientEnvironment(services), ...credentialsOf(services, name), ...QUIET, ...environment },
    onLog,
  });
}

/** Each function has a role of its own. */
function credentialsOf(services: LocalServices, name: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = roleOptions(services, name).credentials;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}
