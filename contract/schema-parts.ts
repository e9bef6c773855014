import * as z from 'zod';
import type { Rule } from './app-rules';

// What the schemas of settings are made of; the message of each says what is allowed.

/** A string that must pass a rule; the rule's answer is the message. */
export const ruled = (rule: Rule) =>
  z.string({ error: () => rule('') ?? rule(' ') ?? 'use text' }).refine((value) => rule(value) === undefined, {
    error: ({ input }) => rule(input as string),
  });
/** Text of a form; `allowed` is the message. */
export const matching = (pattern: RegExp, allowed: string) =>
  z.string({ error: () => allowed }).regex(pattern, allowed);
/** The same, or nothing, which is the default. */
export const orEmpty = (pattern: RegExp, allowed: string) =>
  matching(new RegExp(`^$|${pattern.source}`), allowed).default('');
/** A whole number between two. */
export const whole = (low: number, high: number, unit = '') => {
  const allowed = `use a whole number from ${low} to ${high}${unit}`;
  return z
    .int({ error: () => allowed })
    .min(low, allowed)
    .max(high, allowed);
};
/** True or false. */
export const yesNo = (fallback: boolean) => z.boolean({ error: () => 'use true or false' }).default(fallback);
/** A list of at most so many. */
export const list = <T extends z.ZodType>(item: T, what: string, most: number) =>
  z.array(item, { error: () => `use a list of at most ${most} ${what}` }).max(most, `at most ${most} ${what}`);
