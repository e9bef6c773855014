import * as z from 'zod/mini';

export const schema = z
  .object({
    url: z.optional(z.string()).check(z.describe('with the token that lets a browser in; until the command ends')),
    file: z.optional(z.string()).check(z.describe('with --html, in place of the other')),
  })
  .check(z.describe('`ui --json`.'));
export type UiPage = z.infer<typeof schema>;
