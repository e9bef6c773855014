/** A client that a test answers for: the SDK's paginators take nothing but an instance of the client's own class. */
export function withSend<Client extends { send: unknown }>(
  { prototype }: { prototype: Client },
  send: unknown,
): Client {
  return Object.assign(Object.create(prototype), { send });
}
