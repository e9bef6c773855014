import type { LocalMachine } from '../../local/machine';

/** Counts the instances of a machine from now on, but for those in these states. Returns how many there were at most. */
export function mostAtOnce(machine: LocalMachine, gone: readonly string[]): () => number {
  let most = 0;
  const there = new Set<string>();
  machine.services.events.on('instance', ({ detail }) => {
    if (gone.includes(detail.state)) there.delete(detail['instance-id']);
    else there.add(detail['instance-id']);
    most = Math.max(most, there.size);
  });
  return () => most;
}
