import { type Document, isMap, isPair, isScalar, type Node, type Pair, Scalar, visit } from 'yaml';

/** A `{{ }}` that AWSTOE would not read as a reference to something, or not read at all. */
export interface BraceProblem {
  step?: string;
  problem: string;
}

const REFERENCE = /\{\{\s*[A-Za-z][\w.[\]-]*\s*\}\}/g;
const QUOTED: readonly unknown[] = [Scalar.QUOTE_DOUBLE, Scalar.QUOTE_SINGLE];

/**
 * Finds literal braces: AWSTOE takes every `{{` for the start of a reference, so a template of another language in a script
 * fails at run time. References must stand in quoted strings, and only in inputs, in a condition or in a loop's list
 * ("Use variables in your custom component document", EC2 Image Builder User Guide).
 */
export function braceProblem(document: Document): BraceProblem | undefined {
  let found: BraceProblem | undefined;
  visit(document, {
    Scalar(_, node, path) {
      if (typeof node.value !== 'string' || !node.value.includes('{{')) return undefined;
      const step = stepOf(path);
      const keys = keysOf(path);
      const rest = node.value.replaceAll(REFERENCE, '');
      const shown = JSON.stringify(node.value.split('\n').find((line) => line.includes('{{')));
      if (rest.includes('{{')) {
        found = {
          step,
          problem: `${shown} holds a literal "{{", which AWSTOE takes for a reference: move it to imagebuilder/files`,
        };
      } else if (!QUOTED.includes(node.type)) {
        found = { step, problem: `${shown} holds a reference outside quotes: quote the whole string` };
      } else if (!keys.some((key) => key === 'inputs' || key === 'if' || key === 'loop')) {
        found = { step, problem: `${shown} holds a reference outside inputs, where AWSTOE does not look` };
      }
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

type Path = readonly (Document | Node | Pair)[];

function keysOf(path: Path): string[] {
  return path.filter(isPair).map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''));
}

/** The name of the innermost step around a node: the nearest map that has an action. */
function stepOf(path: Path): string | undefined {
  const step = [...path].reverse().find((node) => isMap(node) && node.has('action'));
  return isMap(step) ? String(step.get('name')) : undefined;
}
