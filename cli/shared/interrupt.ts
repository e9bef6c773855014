const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const INTERRUPTED = 130;
const PARENT_LOOK_MS = 500;

/**
 * Does work that Ctrl-C, TERM and a closed terminal abort by a signal, so that a command can end what it started. A
 * second one ends the process at once. One call holds all that a command does from its first effect to its last line:
 * between two of them an interrupt would end the process without a word.
 *
 * @param say is called at the first one: whatever ends takes a moment
 */
export async function interruptible<T>(
  work: (interrupt: AbortSignal) => Promise<T>,
  say: () => void = () => {},
): Promise<T> {
  const { signal, release } = onInterrupt(say);
  try {
    return await work(signal);
  } finally {
    release();
  }
}

function onInterrupt(say: () => void): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    say();
    controller.abort();
  };
  // Whoever closes the terminal takes the streams away too, and the end must come through nevertheless.
  const streams = [process.stdout, process.stderr];
  const ignore = () => {};
  for (const stream of streams) stream.on('error', ignore);
  for (const name of SIGNALS) process.on(name, stop);
  const watch = watchParent(() => controller.signal.aborted || stop());
  return {
    signal: controller.signal,
    release: () => {
      clearInterval(watch);
      for (const name of SIGNALS) process.off(name, stop);
      for (const stream of streams) stream.off('error', ignore);
    },
  };
}

/** npm tells a signal to its shell, which ends and tells nobody: `npx lambda-ec2` is over then, and so are we. */
function watchParent(ended: () => void): NodeJS.Timeout | undefined {
  if (!process.env.npm_command) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    ended();
  }, PARENT_LOOK_MS);
  return watch.unref();
}
