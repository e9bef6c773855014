import type * as z from 'zod/mini';

/** A function's environment by its schema. Throws one Error that names every wrong variable. */
export function readEnv<Schema extends z.ZodMiniType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return environment[name] === undefined ? `${name} is missing` : `${name} ${message}`;
  });
  throw new Error(`wrong environment: ${[...new Set(problems)].join('; ')}`);
}
