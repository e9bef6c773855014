import { checkSettings } from '../../contract/settings-load';
import { DocumentError } from '../../imagebuilder/check-document';
import { imageDocument } from '../../imagebuilder/image-document';

const settings = checkSettings({ app_url: 'https://example.com/app.git' });
const HEAD = 'name: sample\ndescription: A sample\nschemaVersion: 1.0\n';

/** A valid document with one step, of which a test makes an invalid one. */
function documentWith(step: string, head = HEAD): string {
  return `${head}phases:\n  - name: build\n    steps:\n${step.replace(/^/gm, '      ')}\n`;
}

const bash = (command: string, rest = 'timeoutSeconds: 60') => `- name: first
  action: ExecuteBash
  ${rest}
  inputs:
    commands:
      - ${command}`;
const download = (inputs: string) => `- name: get
  action: S3Download
  timeoutSeconds: 60
  inputs:
    - ${inputs}`;

function problemOf(text: string): string {
  try {
    imageDocument(settings, text);
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    return (error as Error).message;
  }
  return 'none';
}

test('a valid document passes, with defaults filled in', () => {
  const { description, phases } = imageDocument(settings, documentWith(bash("'true'")));
  expect(description).toBe('A sample');
  expect(phases[0]?.steps[0]).toMatchObject({ name: 'first', maxAttempts: 1 });
});

const UNKNOWN = 'to use it, add it to imagebuilder/schema.ts and local/toe';

test.each([
  [
    'an action that the image does not use',
    bash("'true'").replace('ExecuteBash', 'Reboot'),
    'step first: action is not ExecuteBash or S3Download; to use another, add it to imagebuilder/schema.ts and local/toe',
  ],
  ['a step without an action', '- name: first\n  timeoutSeconds: 1', 'step first: action is missing'],
  ['a step without a name', '- action: ExecuteBash\n  timeoutSeconds: 1', 'step 1: name is missing'],
  ['a missing timeout', bash("'true'", 'maxAttempts: 2'), 'step first: timeoutSeconds is missing'],
  [
    'an endless timeout',
    bash("'true'", 'timeoutSeconds: -1'),
    'step first: timeoutSeconds is not a number of seconds from 1 to 43200',
  ],
  ['missing inputs', '- name: first\n  action: ExecuteBash\n  timeoutSeconds: 1', 'step first: inputs is missing'],
  [
    'a missing input',
    '- name: first\n  action: ExecuteBash\n  timeoutSeconds: 1\n  inputs: {}',
    'step first: inputs.commands is missing',
  ],
  [
    'an input that the action does not have',
    `${bash("'true'")}\n    command: x`,
    `step first: inputs: there is no command; ${UNKNOWN}`,
  ],
  [
    'a misspelt key of a step',
    bash("'true'", 'timeoutSeconds: 60\n  timeout: 5'),
    `step first: there is no timeout; ${UNKNOWN}`,
  ],
  [
    'a failure rule',
    bash("'true'", 'timeoutSeconds: 60\n  onFailure: Ignore'),
    `step first: there is no onFailure; ${UNKNOWN}`,
  ],
  [
    'a condition',
    bash("'true'", 'timeoutSeconds: 60\n  if: {fileExists: /tmp/x}'),
    `step first: there is no if; ${UNKNOWN}`,
  ],
  [
    'a loop',
    bash("'true'", "timeoutSeconds: 60\n  loop: {forEach: ['a']}"),
    `step first: there is no loop; ${UNKNOWN}`,
  ],
  [
    'a relative path',
    download('source: s3://bucket/key\n      destination: tmp/x'),
    'step get: inputs.1.destination is not an absolute path',
  ],
  [
    'a download from elsewhere',
    download('source: https://example.com/x\n      destination: /tmp/x'),
    'step get: inputs.1.source is not an s3:// URL',
  ],
  [
    'two steps of one name',
    `${bash("'true'")}\n${bash("'true'")}`,
    'step first: another step of the phase has the same name',
  ],
])('%s is refused with file and step', (_, step, message) => {
  expect(problemOf(documentWith(step))).toBe(`image.yaml, ${message}`);
});

describe('braces', () => {
  test.each([
    ['a template of another language', `"docker inspect -f '{{.State}}' x"`, /holds a literal "\{\{"/],
    ['braces that are never closed', "'x {{ y'", /holds a literal "\{\{"/],
    ['a reference outside quotes', '|\n        echo {{ app_ref }}', /holds a reference outside quotes/],
    ['a reference to nothing', "'echo {{ Version }}'", /\{\{ Version \}\} is neither an asset nor a setting$/],
    [
      "a reference to another step's output",
      "'echo {{ build.second.outputs.stdout }}'",
      /\{\{ build.second.outputs.stdout \}\} is neither an asset nor a setting$/,
    ],
  ])('%s is refused', (_, command, message) => {
    const problem = problemOf(documentWith(bash(command)));
    expect(problem).toMatch(/^image.yaml, step first: /);
    expect(problem).toMatch(message);
  });

  test('a reference outside of inputs is refused, because AWSTOE does not look there', () => {
    const text = documentWith(bash("'true'"), HEAD.replace('A sample', "'of {{ app_ref }}'"));
    expect(problemOf(text)).toMatch(/^image.yaml: .* holds a reference outside inputs/);
  });

  test('references to an asset and to a setting pass, and the setting becomes a constant', () => {
    const text = documentWith(bash("'echo {{ Files }} {{app_ref}}'"));
    expect(imageDocument(settings, text).constants).toEqual({ app_ref: "'HEAD'" });
  });
});

test('a document that does not fit into a request is refused', () => {
  expect(problemOf(documentWith(bash(`'${'x'.repeat(16_000)}'`)))).toMatch(
    /^image.yaml: it has 16\d\d\d characters, and Image Builder takes 16000: move scripts to imagebuilder\/files$/,
  );
});

test.each([
  ['text that is not YAML', 'name: [', /^image.yaml: it is not YAML: /],
  ['a document without phases', HEAD, /^image.yaml: phases is missing$/],
  [
    'another version of the schema',
    `${HEAD.replace('1.0', '2')}phases: []\n`,
    /^image.yaml: schemaVersion is not 1.0$/,
  ],
  [
    'a phase that the image does not have',
    documentWith(bash("'true'")).replace('name: build', 'name: validate'),
    /^image.yaml: phases.1.name is not build or test$/,
  ],
  [
    'constants of its own',
    documentWith(bash("'true'"), `${HEAD}constants: []\n`),
    /^image.yaml: there is no constants; /,
  ],
])('%s is refused', (_, text, message) => {
  expect(problemOf(text)).toMatch(message);
});
