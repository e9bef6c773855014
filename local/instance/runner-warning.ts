/** What a line of the runner's log warns of; undefined when it is another line. */
export function warningIn(line: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z WARN +(.+)$/.exec(line)?.[1];
}
