import path from 'node:path';
import type { DeployedFunction } from '../../contract/function-env';
import type { Settings } from '../../contract/settings';
import { clientEnvironment, type LocalServices } from '../services';
import type { FunctionFailures } from './failures';
import { functionBundle } from './function-bundle';
import { LambdaProcess } from './lambda-process';

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
    environment: { ...clientEnvironment(services), ...environment },
    onLog,
  });
}
