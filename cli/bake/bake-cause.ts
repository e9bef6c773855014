/** As bake::fail says it (imagebuilder/files/lib.sh); whoever keeps the log may put something before it. */
const CAUSE = /\b[\w-]+\.sh: failed: (.+)$/;

/** Why a step of the image document gave up, in its own sentence; undefined when it did not say. */
export function causeIn(log: readonly string[]): string | undefined {
  return log.flatMap((line) => CAUSE.exec(line.trimEnd())?.[1] ?? []).at(-1);
}
