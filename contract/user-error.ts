/** What the commands end with, and what each means: the same for every command. */
export const EXIT_STATUSES = {
  0: 'done; of a command that waits: the job succeeded, the bake has an image',
  1: 'the job, the bake or a check ended badly; also a defect of the command, shown with its stack',
  2: 'nothing was tried: the command line, the settings or this machine are not right',
  3: 'could not find out: network, throttling or another error of AWS; safe to try again',
  4: 'not signed in, or not allowed',
  5: 'no such job, version, bake or stack',
  8: 'still running at --timeout; it goes on',
  130: 'interrupted; what was started goes on',
} as const;
export type ExitStatus = keyof typeof EXIT_STATUSES;

/** The exit statuses by name. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unknown: 3,
  denied: 4,
  missing: 5,
  running: 8,
  interrupted: 130,
} as const satisfies Record<string, ExitStatus>;

/** Something a person can mend. The message is what they read: what, where, what to do. `exitCode` is the command's. */
export class UserError extends Error {
  override readonly name: string = 'UserError';

  constructor(
    message: string,
    readonly exitCode: ExitStatus = EXIT.usage,
  ) {
    super(message);
  }
}
