/** Something the user can mend. The message is the one sentence they read: what, where, what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    message: string,
    readonly exitCode = 2,
  ) {
    super(message);
  }
}
