import type { ClientRequest } from 'node:http';
import { ProxyAgent } from 'proxy-agent';
import { EXIT, UserError } from '../../contract/user-error';

/** An answer of a proxy to CONNECT. */
interface Answer {
  statusCode: number;
  statusText: string;
}

/** The proxy that the environment names for a request; by itself it would pass on a refusal as if AWS had answered. */
export class EnvironmentProxy extends ProxyAgent {
  override connect(request: ClientRequest, options: Parameters<ProxyAgent['connect']>[1]) {
    request.once('proxyConnect', ({ statusCode, statusText }: Answer) => {
      if (statusCode === 200) return;
      const host = request.getHeader('host');
      const advice = statusCode === 407 ? ': give it a user name and password in HTTPS_PROXY' : '';
      const said = `the proxy refuses ${host}, it answers ${statusCode} ${statusText}${advice}`;
      request.destroy(new UserError(said, EXIT.unknown));
    });
    return super.connect(request, options);
  }
}
