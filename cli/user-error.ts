/** What the commands end with: docs/operating.md says what each means. */
export const EXIT_STATUSES = [0, 1, 2, 3, 130] as const;
export type ExitStatus = (typeof EXIT_STATUSES)[number];

/** Something the user can mend. The message is the one sentence they read: what, where, what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    message: string,
    readonly exitCode: ExitStatus = 2,
  ) {
    super(message);
  }
}
