import { type Document, isMap, isPair, isScalar, type Node, type Pair, Scalar, visit } from 'yaml';

/** A `{{ }}` in the text, and the name in it. */
export const REFERENCE = /\{\{\s*([A-Za-z][\w.[\]-]*)\s*\}\}/g;
const QUOTED: readonly unknown[] = [Scalar.QUOTE_DOUBLE, Scalar.QUOTE_SINGLE];

/**
 * Finds the first `{{ }}` that AWSTOE would not read as a reference to something, or not read at all: it takes every
 * `{{` for the start of a reference, so a template of another language in a script fails at run time. References must
 * stand in quoted strings, and only in inputs ("Use variables in your custom component document",
 * EC2 Image Builder User Guide).
 *
 * @param isKnown whether something has this name
 */
export function referenceProblem(
  document: Document,
  isKnown: (name: string) => boolean,
): { step?: string; problem: string } | undefined {
  let found: { step?: string; problem: string } | undefined;
  visit(document, {
    Scalar(_, node, path) {
      if (typeof node.value !== 'string' || !node.value.includes('{{')) return undefined;
      const problem = problemIn(node.value, QUOTED.includes(node.type), keysOf(path).includes('inputs'), isKnown);
      if (problem === undefined) return undefined;
      found = { step: stepOf(path), problem };
      return visit.BREAK;
    },
  });
  return found;
}

function problemIn(
  text: string,
  isQuoted: boolean,
  isInput: boolean,
  isKnown: (name: string) => boolean,
): string | undefined {
  const shown = JSON.stringify(text.split('\n').find((line) => line.includes('{{')));
  if (text.replaceAll(REFERENCE, '').includes('{{')) {
    return `${shown} holds a literal "{{", which AWSTOE takes for a reference: move it to imagebuilder/files`;
  }
  if (!isQuoted) return `${shown} holds a reference outside quotes: quote the whole string`;
  if (!isInput) return `${shown} holds a reference outside inputs, where AWSTOE does not look`;
  const unknown = namesIn(text).find((name) => !isKnown(name));
  return unknown === undefined ? undefined : `{{ ${unknown} }} is neither an asset nor a setting`;
}

/** The names that a text refers to. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map((match) => match[1] ?? '');
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
