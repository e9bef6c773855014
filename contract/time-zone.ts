/** Names as the time zone database writes them; Intl also takes others, which EventBridge does not. */
const FORM = /^(UTC|GMT|[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]+)+)$/;

/** Why a text is no name of a time zone, as a sentence; undefined when it is one. */
export function timeZoneProblem(text: string): string | undefined {
  const allowed = 'use a name of the time zone database, such as Europe/Berlin or UTC';
  const known = Intl.supportedValuesOf('timeZone').find((name) => name.toLowerCase() === text.toLowerCase());
  if (known) return known === text ? undefined : `write it ${known}`;
  if (!FORM.test(text)) return allowed;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return undefined;
  } catch {
    return allowed;
  }
}
