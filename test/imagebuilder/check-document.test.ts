import { checkDocument, DocumentError } from '../../imagebuilder/check-document';

/** A sound document with one step, of which a test makes an unsound one. */
function documentWith(step: string, extra = ''): string {
  return `name: sample\nschemaVersion: 1.0\n${extra}phases:\n  - name: build\n    steps:\n${step.replace(/^/gm, '      ')}\n`;
}

const bash = (command: string, rest = 'timeoutSeconds: 60') => `- name: first
  action: ExecuteBash
  ${rest}
  inputs:
    commands:
      - ${command}`;

function problemOf(text: string): string {
  try {
    checkDocument('10-sample.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    return (error as Error).message;
  }
  return 'none';
}

test('a sound document passes, with defaults filled in', () => {
  const { name, phases } = checkDocument('x.yaml', documentWith(bash("'true'")));
  expect(name).toBe('sample');
  expect(phases[0]?.steps[0]).toMatchObject({ name: 'first', maxAttempts: 1, onFailure: 'Abort' });
});

test.each([
  [
    'an unknown action',
    bash("'true'").replace('ExecuteBash', 'ExecuteBach'),
    /^10-sample.yaml, step first: there is no action ExecuteBach here; there are ExecuteBash, /,
  ],
  ['a missing timeout', bash("'true'", 'maxAttempts: 2'), '10-sample.yaml, step first: timeoutSeconds is missing'],
  [
    'an endless timeout',
    bash("'true'", 'timeoutSeconds: -1'),
    '10-sample.yaml, step first: timeoutSeconds is not a number of seconds from 1 to 43200',
  ],
  [
    'missing inputs',
    '- name: first\n  action: ExecuteBash\n  timeoutSeconds: 1',
    '10-sample.yaml, step first: inputs is missing',
  ],
  [
    'a missing input',
    '- name: first\n  action: ExecuteBash\n  timeoutSeconds: 1\n  inputs: {}',
    '10-sample.yaml, step first: inputs.commands is missing',
  ],
  [
    'an input that the action does not have',
    `${bash("'true'")}\n    command: x`,
    '10-sample.yaml, step first: inputs: there is no command',
  ],
  [
    'a misspelt key of a step',
    bash("'true'", 'timeoutSeconds: 60\n  timeout: 5'),
    '10-sample.yaml, step first: there is no timeout',
  ],
  [
    'an unknown failure rule',
    bash("'true'", 'timeoutSeconds: 60\n  onFailure: Retry'),
    '10-sample.yaml, step first: onFailure is not Abort, Continue or Ignore',
  ],
  [
    'a checksum without its algorithm',
    '- name: get\n  action: WebDownload\n  timeoutSeconds: 1\n  inputs:\n    - source: https://example.com/x\n      destination: /tmp/x\n      checksum: abc',
    '10-sample.yaml, step get: inputs.1.algorithm is not SHA256 or SHA512',
  ],
  [
    'a file without its mode',
    '- name: put\n  action: CreateFile\n  timeoutSeconds: 1\n  inputs:\n    - path: /tmp/x\n      content: x',
    '10-sample.yaml, step put: inputs.1.permissions is missing',
  ],
  [
    'a relative path',
    '- name: put\n  action: DeleteFile\n  timeoutSeconds: 1\n  inputs:\n    - path: tmp/x',
    '10-sample.yaml, step put: inputs.1.path is not an absolute path',
  ],
])('%s is refused with file and step', (_, step, message) => {
  if (message instanceof RegExp) expect(problemOf(documentWith(step))).toMatch(message);
  else expect(problemOf(documentWith(step))).toBe(message);
});

describe('braces', () => {
  test.each([
    ['a template of another language', `"docker inspect -f '{{.State}}' x"`, /holds a literal "\{\{"/],
    ['braces that are never closed', "'x {{ y'", /holds a literal "\{\{"/],
    ['a reference outside quotes', '|\n        echo {{ Version }}', /holds a reference outside quotes/],
    ['a reference to nothing', "'echo {{ Version }}'", /\{\{ Version \}\} is neither a parameter nor a constant$/],
    [
      'a reference to a later step',
      "'echo {{ build.second.outputs.stdout }}'",
      /names the step second, which does not come before$/,
    ],
    [
      'a reference to another phase',
      "'echo {{ test.first.outputs.stdout }}'",
      /is of the phase test, which is another run$/,
    ],
    ['a loop value outside of a loop', "'echo {{ loop.value }}'", /stands outside of its loop$/],
  ])('%s is refused', (_, command, message) => {
    const problem = problemOf(documentWith(bash(command)));
    expect(problem).toMatch(/^10-sample.yaml, step first: /);
    expect(problem).toMatch(message);
  });

  test('a reference outside of inputs is refused, because AWSTOE does not look there', () => {
    const text = documentWith(bash("'true'"), "description: 'of {{ Version }}'\n");
    expect(problemOf(text)).toMatch(/^10-sample.yaml: .* holds a reference outside inputs/);
  });

  test('references to a parameter, a constant, an earlier step and the own loop pass', () => {
    const second = `
- name: second
  action: ExecuteBash
  timeoutSeconds: 60
  loop:
    forEach: ['a', 'b']
  inputs:
    commands:
      - 'echo {{ Url }} {{Version}} {{ build.first.outputs.stdout }} {{ loop.value }}'`;
    const named = 'parameters:\n  - Url: {type: string}\nconstants:\n  - Version: {type: string, value: "1"}\n';
    expect(problemOf(documentWith(bash("'true'") + second, named))).toBe('none');
  });
});

test('a document over the quota of 64 KB is refused', () => {
  expect(problemOf(documentWith(bash(`'${'x'.repeat(70_000)}'`)))).toMatch(
    /^10-sample.yaml: it has 70\d\d\d bytes, and Image Builder takes 65536/,
  );
});

test('two steps of one name in a phase are refused', () => {
  expect(problemOf(documentWith(`${bash("'true'")}\n${bash("'true'")}`))).toBe(
    '10-sample.yaml, step first: another step of the phase has the same name',
  );
});

test.each([
  ['text that is not YAML', 'name: [', /^10-sample.yaml: it is not YAML: /],
  ['a document without phases', 'name: x\nschemaVersion: 1.0\n', /^10-sample.yaml: phases is missing$/],
  [
    'another version of the schema',
    'name: x\nschemaVersion: 2\nphases: []\n',
    /^10-sample.yaml: schemaVersion is not 1.0$/,
  ],
  [
    'an unknown operator',
    documentWith(bash("'true'", 'timeoutSeconds: 1\n  if: {stringLike: x, value: y}')),
    /step first: if has the unknown operator stringLike$/,
  ],
])('%s is refused', (_, text, message) => {
  expect(problemOf(text)).toMatch(message);
});
