import { readFileSync } from 'node:fs';

/** Credentials can come from these on a developer's machine; every client brings them. */
const OF_CREDENTIALS = ['awsssoportal', 'signin', 'sso-oauth', 'sts'];

/** Which AWS services' clients a bundle holds, by the names that their requests are signed with. */
export function clientsIn(file: string): string[] {
  const names = [...readFileSync(file, 'utf8').matchAll(/signingProperties:\{name:"([a-z0-9-]+)"/g)];
  const clients = new Set(names.map(([, name]) => name as string));
  return [...clients].filter((name) => !OF_CREDENTIALS.includes(name)).sort();
}
