import http from 'node:http';

/** What somebody on a machine has said with `tell`. */
export interface Told {
  word: string;
  text: string;
}

/** Hears what runs on the machines of a row: the app, and whatever attacks it. */
export interface Ear {
  told: Told[];
  /** What everybody who says something is answered. */
  answer: string;
  close(): void;
}

export function startEar(socket: string): Ear {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
      ear.told.push({ word: (request.url ?? '/').slice(1), text: Buffer.concat(chunks).toString('latin1') });
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
