/** A logger, and what was logged: each line as level and event, with its facts. */
export function seenLogger() {
  const events: [event: string, facts: object | undefined][] = [];
  const log = (level: string) => (event: string, facts?: object) => void events.push([`${level} ${event}`, facts]);
  return { logger: { info: log('info'), warn: log('warn'), error: log('error') }, events };
}
