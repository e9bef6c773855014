import { readFileSync } from 'node:fs';
import type { Agent, AgentOptions } from 'node:https';
import { rootCertificates } from 'node:tls';
import { EXIT, UserError } from '../../contract/user-error';

/** How the clients of the AWS SDK call AWS: options of its NodeHttpHandler. */
export interface HttpSettings {
  /** In milliseconds. */
  connectionTimeout: number;
  httpAgent?: Agent;
  httpsAgent?: Agent;
}

/** Networks that drop packets answer nothing at all; the SDK itself would wait for the kernel, for minutes. */
const CONNECT_MS = 10_000;
/** As many connections at once as the SDK's own agents have. */
const SOCKETS = 50;
const PROXIES = ['https_proxy', 'http_proxy', 'all_proxy'];

/**
 * The settings that the AWS CLI takes from the environment and the SDK does not: HTTPS_PROXY, HTTP_PROXY, NO_PROXY and
 * AWS_CA_BUNDLE. Nothing is loaded when none of them is set.
 *
 * @throws UserError for a bundle that cannot be read
 */
export async function httpSettings(env: NodeJS.ProcessEnv = process.env): Promise<HttpSettings> {
  const options: AgentOptions = { keepAlive: true, maxSockets: SOCKETS };
  if (env.AWS_CA_BUNDLE) options.ca = authorities(env);
  if (PROXIES.some((name) => env[name] || env[name.toUpperCase()])) {
    const { EnvironmentProxy } = await import('./environment-proxy');
    const [httpsAgent, httpAgent] = [true, false].map(
      // A kept connection to a proxy would be used as if it were one to the server, which holds for a tunnel alone.
      (keepAlive) => shared(new EnvironmentProxy({ ...options, keepAlive }) as unknown as Agent),
    );
    return { connectionTimeout: CONNECT_MS, httpAgent, httpsAgent };
  }
  if (!options.ca) return { connectionTimeout: CONNECT_MS };
  const { Agent } = await import('node:https');
  return { connectionTimeout: CONNECT_MS, httpsAgent: shared(new Agent(options)) };
}

/** All clients have the same agents: one that is done with would end what the others have under way. */
function shared(agent: Agent): Agent {
  return Object.assign(agent, { destroy: () => {} });
}

/** A list of one's own replaces all that Node.js trusts by itself, NODE_EXTRA_CA_CERTS among it: so they are in it. */
function authorities(env: NodeJS.ProcessEnv): string[] {
  const files = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'].filter((name) => env[name]);
  return [...rootCertificates, ...files.map((name) => certificatesOf(name, env[name] as string))];
}

function certificatesOf(name: string, file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    throw new Error('it holds no certificate in PEM form');
  } catch (error) {
    throw new UserError(`${name} names ${file}: ${(error as Error).message}`, EXIT.usage);
  }
}
