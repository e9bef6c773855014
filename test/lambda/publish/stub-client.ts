import { withSend } from '../with-send';

/** What a client was asked for: an action's name, and its parameters. */
export type Asked = [action: string, input: object][];

/** A client of AWS that answers an action as a test says for its name, else with nothing; and what it was asked for. */
export function stubClient<Client extends { send: unknown }>(
  clientClass: { prototype: Client },
  answers: Record<string, (input: never) => object>,
) {
  const asked: Asked = [];
  const client = withSend(clientClass, async (command: { constructor: { name: string }; input: object }) => {
    const action = command.constructor.name.replace('Command', '');
    asked.push([action, { ...command.input }]);
    return answers[action]?.(command.input as never) ?? {};
  });
  return { client, asked };
}
