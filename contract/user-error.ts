/** What the commands end with: docs/operating.md says what each means. */
export const EXIT_STATUSES = [0, 1, 2, 3, 130] as const;
export type ExitStatus = (typeof EXIT_STATUSES)[number];

/** Something a person can mend. The message is what they read: what, where, what to do. `exitCode` is the command's. */
export class UserError extends Error {
  override readonly name: string = 'UserError';

  constructor(
    message: string,
    readonly exitCode: ExitStatus = 2,
  ) {
    super(message);
  }
}
