import { createServer } from 'node:http';

/** What somebody on a machine has said with `tell`. */
export interface Told {
  word: string;
  text: string;
}

/**
 * Hears what runs on the machines of a row: the app, and whatever attacks it. Below `/private` it is a server that
 * wants a password.
 */
export interface Ear {
  told: Told[];
  /** What everybody who says something is answered. */
  answer: string;
  close(): void;
}

export function startEar(socket: string): Ear {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
      // A server that asks for a password, and tells when it gets one.
      const word = (request.url ?? '/').slice(1);
      const { authorization = '' } = request.headers;
      if (word.startsWith('private') && !authorization) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="ear"' }).end();
        return;
      }
      const basic = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString('latin1');
      ear.told.push({ word, text: basic + Buffer.concat(chunks).toString('latin1') });
      response.end(ear.answer);
    } catch {
      // Killed while it spoke.
    }
  });
  server.listen(socket);
  const ear: Ear = {
    told: [],
    answer: '',
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return ear;
}
