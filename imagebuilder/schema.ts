import * as z from 'zod';

/** The shape of an AWSTOE component document ("Use component documents", EC2 Image Builder User Guide). */

const text = z.string({ error: () => 'is not text' });
const name = text.regex(/^[A-Za-z][A-Za-z0-9_-]{0,126}$/, 'is not a name of letters, digits, "-" and "_"');
const limit = z
  .int({ error: (issue) => (issue.input === undefined ? 'is missing' : 'is not a whole number of seconds') })
  // -1 would be no limit at all, and the default of two hours is seldom meant.
  .min(1, 'is not a number of seconds from 1 to 43200')
  .max(43_200, 'is not a number of seconds from 1 to 43200');

/** `- Name: {...}`: one entry a list item. */
const named = <T extends z.ZodType>(value: T) =>
  z
    .array(z.record(name, value).refine((item) => Object.keys(item).length === 1, 'has more than one name in an item'))
    .default([])
    .transform((items) => items.flatMap((item) => Object.entries(item)).map(([key, entry]) => ({ name: key, entry })));

const parameter = z.strictObject({
  type: z.literal('string', { error: () => 'is not string' }),
  description: text.optional(),
  default: text.optional(),
});
const constant = z.strictObject({ type: z.literal('string', { error: () => 'is not string' }), value: text });

export const COMPARISONS = [
  'stringEquals',
  'numberEquals',
  'numberLessThan',
  'numberGreaterThan',
  'patternMatches',
] as const;
export const CHECKS = ['stringIsEmpty', 'fileExists', 'folderExists', 'binaryExists'] as const;
const OUTCOMES = ['Execute', 'Skip', 'Abort'] as const;

/** A comparison of two values, a check of one, or several of them under and, or, not. */
export interface Condition {
  operator: string;
  /** Of a comparison: what it is compared with. */
  value?: string | number;
  operand: string | number | Condition | Condition[];
}

const scalar = z.union([text, z.number()], { error: () => 'is neither text nor a number' });
const condition: z.ZodType<Condition> = z.lazy(() =>
  z.record(text, z.unknown(), { error: () => 'is not a condition' }).transform((raw, context) => {
    const { value, ...rest } = raw;
    const [operator = '', ...more] = Object.keys(rest);
    const operand = rest[operator];
    const several = operator === 'and' || operator === 'or';
    const shape = several ? z.array(condition).min(1) : operator === 'not' ? condition : scalar;
    const parsed = shape.safeParse(operand);
    const compares = (COMPARISONS as readonly string[]).includes(operator);
    const known = compares || several || operator === 'not' || (CHECKS as readonly string[]).includes(operator);
    const valued = compares ? scalar.safeParse(value).success : value === undefined;
    if (more.length > 0 || !known || !parsed.success || !valued) {
      const problem = known ? `has a wrong ${operator}` : `has the unknown operator ${operator}`;
      context.issues.push({ code: 'custom', message: more.length > 0 ? 'has several operators' : problem, input: raw });
      return z.NEVER;
    }
    return { operator, operand: parsed.data, ...(compares && { value: value as string | number }) };
  }),
);

const step = z.strictObject({
  name,
  action: text,
  timeoutSeconds: limit,
  maxAttempts: z
    .int({ error: () => 'is not a whole number' })
    .min(1, 'is less than 1')
    .max(10, 'is more than 10')
    .default(1),
  onFailure: z
    .enum(['Abort', 'Continue', 'Ignore'], { error: () => 'is not Abort, Continue or Ignore' })
    .default('Abort'),
  if: z
    .looseObject({
      // biome-ignore lint/suspicious/noThenProperty: the name is AWSTOE's
      then: z.enum(OUTCOMES, { error: () => 'is not Execute, Skip or Abort' }).default('Execute'),
      else: z.enum(OUTCOMES, { error: () => 'is not Execute, Skip or Abort' }).default('Skip'),
    })
    .transform(({ then: yes, else: no, ...rest }, context) => {
      const parsed = condition.safeParse(rest);
      if (parsed.success) return { yes, no, condition: parsed.data };
      context.issues.push({ code: 'custom', message: parsed.error.issues[0]?.message ?? 'is wrong', input: rest });
      return z.NEVER;
    })
    .optional(),
  loop: z
    .strictObject({
      name: name.optional(),
      for: z.strictObject({ start: z.int(), end: z.int(), updateBy: z.int().positive() }).optional(),
      forEach: z
        .union([z.array(text), z.strictObject({ list: text, delimiter: text })], { error: () => 'is not a list' })
        .optional(),
    })
    .refine((loop) => (loop.for === undefined) !== (loop.forEach === undefined), 'needs either for or forEach')
    .optional(),
  inputs: z.unknown(),
});

const phase = z.strictObject({
  name: z.enum(['build', 'validate', 'test'], { error: () => 'is not build, validate or test' }),
  steps: z.array(step, { error: () => 'is not a list of steps' }).min(1, 'has no steps'),
});

export const documentSchema = z.strictObject({
  name,
  description: text.optional(),
  schemaVersion: z.literal(1, { error: () => 'is not 1.0' }),
  parameters: named(parameter),
  constants: named(constant),
  phases: z.array(phase, { error: () => 'is not a list of phases' }).min(1, 'has no phases'),
});

export type ToeDocument = z.output<typeof documentSchema>;
export type ToePhase = ToeDocument['phases'][number];
export type ToeStep = ToePhase['steps'][number];
