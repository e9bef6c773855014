import { stripVTControlCharacters } from 'node:util';

/** A piece of HTML that is safe to put into another. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template. */
export type Value = Html | string | number | null | undefined | false | readonly Value[];

/**
 * HTML from a template. Every value that is no `Html` itself is text: what an app or a person wrote is escaped, in an
 * element or a quoted attribute, and steers nothing. Lists are joined; null, undefined and false are nothing.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.map((part, at) => part + (at < values.length ? render(values[at]) : '')).join(''));
}

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  return typeof value === 'object' ? value.map(render).join('') : escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
