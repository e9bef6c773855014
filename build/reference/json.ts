import { jsonSchema, RESULTS } from '../json-schemas';

/** What a JSON Schema holds, as far as it is used here. */
interface Node {
  description?: string;
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
}

/** The section on what the commands print with `--json`. */
export function jsonSection(): string {
  return `## JSON

With \`--json\` a command prints one document on standard output, and nothing else there; with \`-f\` or \`-w\` one object a line.
Names are as in the [status](#status), times ISO 8601 in UTC in whole seconds. Newer versions may add fields, and never take one
away or change its type. A failure is \`{"error": {"code", "exit_status", "message"}}\`, also on standard output.

${RESULTS.map(line).join('\n')}`;
}

function line(name: string): string {
  const { description = '', ...node } = JSON.parse(jsonSchema(name)) as Node;
  return `- ${description} [Schema](json/${name}.schema.json): \`${shape(node)}\``;
}

/** The names of a value's parts, as deep as they go. */
function shape({ properties, items, anyOf = [] }: Node): string {
  if (items) return `[${shape(items)}]`;
  if (properties) {
    const parts = Object.entries(properties).map(([name, node]) => [name, shape(node)].filter(Boolean).join(': '));
    return `{${parts.join(', ')}}`;
  }
  return anyOf.map(shape).find(Boolean) ?? '';
}
