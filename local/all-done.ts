/**
 * The results of work that is done side by side. Unlike Promise.all, it rejects only when nothing of it is under way any
 * more, so that what it writes to can be removed.
 */
export async function allDone<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
