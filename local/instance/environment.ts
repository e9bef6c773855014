import path from 'node:path';
import { SHIM_FOLDER } from './image';
import { ownPipFile } from './pip-settings';
import { SYSTEM_PATH } from './tools';

/** Finds an instance's processes where nothing else does: after its init was killed. */
export const INSTANCE_MARK = 'LAMBDA_EC2_INSTANCE_ID';

/**
 * Variables of this machine that say how the network and the package index are reached.
 * The runner takes of pip's what it may.
 */
const INHERITED = /^(PIP_.*|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|https?_proxy|all_proxy|no_proxy)$/i;

interface EnvironmentOptions {
  instanceId: string;
  root: string;
  toolsDir: string;
  /** Common endpoint of the AWS services. */
  endpointUrl: string;
  /** IMDS of this instance, without a trailing slash. */
  imdsUrl: string;
}

/**
 * The whole environment of a local instance. It holds no credentials and no region: those come from IMDS, as on a real
 * one. What an app writes to the temporary folder or the home directory stays below the instance's root.
 */
export function instanceEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { instanceId, root, toolsDir, endpointUrl, imdsUrl } = options;
  return {
    ...inherited(process.env),
    [INSTANCE_MARK]: instanceId,
    PATH: [path.join(root, SHIM_FOLDER), toolsDir, SYSTEM_PATH].join(':'),
    HOME: path.join(root, 'root'),
    TMPDIR: path.join(root, 'tmp'),
    LANG: 'C.UTF-8',
    AWS_ENDPOINT_URL: endpointUrl,
    // The AWS CLI v2 takes no endpoint without the slash ("Invalid endpoint").
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${imdsUrl.replace(/\/+$/, '')}/`,
  };
}

/** What a process below a root of its own needs of this machine's environment: the network and the package index. */
export function inherited(from: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) if (value !== undefined && INHERITED.test(name)) kept[name] = value;
  const pipFile = ownPipFile(from);
  if (pipFile !== undefined) kept.PIP_CONFIG_FILE = pipFile;
  // A proxy for the world is none for the endpoints of this machine.
  if (Object.keys(kept).some((name) => /_proxy$/i.test(name))) {
    for (const name of ['no_proxy', 'NO_PROXY'])
      kept[name] = [from[name], '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  }
  return kept;
}
