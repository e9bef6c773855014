/** Something about this machine that a person can mend. The message is the one sentence they read: what, and what to do. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}
