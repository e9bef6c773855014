import type { CheckedDocument } from './check-document';

/** What a `{{ }}` names. */
export const REFERENCE = /\{\{\s*([A-Za-z][\w.[\]-]*)\s*\}\}/g;
const CHAINED = /^(build|validate|test)\.([A-Za-z][\w-]*)\.(inputs|outputs)(\[\d+\])?\.([A-Za-z]+)$/;

/** The outputs that an action has for later steps. */
const OUTPUTS: readonly string[] = ['stdout'];

/**
 * Finds the first reference to nothing: a parameter or constant that is not declared, a step that does not come before (or
 * lies in another phase, which runs on another instance), or a loop outside of one.
 */
export function referenceProblem(document: CheckedDocument): { step: string; problem: string } | undefined {
  const declared = [...document.parameters, ...document.constants].map(({ name }) => name);
  for (const phase of document.phases) {
    const before: string[] = [];
    for (const step of phase.steps) {
      const loopName = step.loop?.name ?? 'loop';
      for (const name of referencesIn([step.inputs, step.if, step.loop])) {
        const known = declared.includes(name) || (step.loop && name === `${loopName}.value`);
        if (known) continue;
        const problem = chainProblem(name, phase.name, before);
        if (problem) return { step: step.name, problem: `{{ ${name} }} ${problem}` };
      }
      before.push(step.name);
    }
  }
  return undefined;
}

function chainProblem(name: string, phase: string, before: string[]): string | undefined {
  const match = CHAINED.exec(name);
  if (!match) return name.endsWith('.value') ? 'stands outside of its loop' : 'is neither a parameter nor a constant';
  const [, itsPhase, step = '', side, , member = ''] = match;
  if (itsPhase !== phase) return `is of the phase ${itsPhase}, which is another run`;
  if (!before.includes(step)) return `names the step ${step}, which does not come before`;
  if (side === 'outputs' && !OUTPUTS.includes(member))
    return `names an output that there is not: ${OUTPUTS.join(', ')}`;
  return undefined;
}

/** All names that are referred to anywhere in a value. */
export function referencesIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].map((match) => match[1] ?? '');
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}
