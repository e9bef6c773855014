import fc from 'fast-check';

/** Parts that a shell, a regular expression, a URL or a JSON parser may take for something else. */
const PARTS = [
  ...['$(touch canary)', '`touch canary`', '; touch canary;', '| touch canary', '&& touch canary', '> canary', '$x'],
  ...[
    "'",
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    '\0',
    '\x1b[31m',
    '\x1c',
    '\x7f',
    '\x85',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u200b',
  ],
  ...[
    'ü',
    'u\u0308',
    '日本',
    '🚀',
    '\ud800',
    '\udfff',
    'İ',
    'ſ',
    '١',
    'Ａ',
    '%',
    '%00',
    '%0A',
    '%2e%2e',
    '%ZZ',
    '%FF',
    '%41',
  ],
  ...[
    '..',
    '.',
    '/',
    '//',
    '@',
    ':',
    '#',
    '?',
    '&',
    '=',
    '+',
    ' ',
    '-',
    '-m ',
    '~',
    '*',
    '[',
    ']',
    '{',
    '}',
    '<',
    '|',
    '^',
  ],
  ...[
    '0',
    '-1',
    '1e9',
    '9999999',
    '99999999999999999999',
    '65536',
    'null',
    'template=7/',
    '.git',
    '.zip',
    '.lock',
    'x:y@',
  ],
  ...['x'.repeat(100), '日'.repeat(86), '🚀'.repeat(60), 'A', 'a', '_', ',', ';', '!'],
];

interface Edit {
  at: number;
  cut: number;
  insert: string;
}

const part = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PARTS) }, fc.string({ unit: 'binary', maxLength: 2 }));
const edit = fc.record({ at: fc.nat(300), cut: fc.nat(3), insert: fc.oneof(part, fc.constant('')) });

function apply(text: string, edits: Edit[]): string {
  return edits.reduce((so, { at, cut, insert }) => {
    const from = at % (so.length + 1);
    return so.slice(0, from) + insert + so.slice(from + cut);
  }, text);
}

/** A text that is valid, nearly so, or hostile: one of these as it is, changed in up to three places, or parts alone. */
export function hostile(valid: readonly string[]): fc.Arbitrary<string> {
  const base = fc.constantFrom(...valid);
  return fc.oneof(
    { weight: 2, arbitrary: base },
    {
      weight: 6,
      arbitrary: fc.tuple(base, fc.array(edit, { minLength: 1, maxLength: 3 })).map((pair) => apply(...pair)),
    },
    { weight: 1, arbitrary: fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')) },
  );
}
