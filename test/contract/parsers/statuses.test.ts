import fc from 'fast-check';
import { REASONS } from '../../../contract/reasons';
import { compareStatus, parseStatus, STATES, type Status } from '../../../contract/status';
import { askRunner, cases, expectAlike } from './both-sides';
import { hostile } from './hostile';

// Of a status that lies at the key of a job the functions and the runner must say the same: whether it is one, and
// whether it is of an older run than theirs, of the same, or of a newer one.

const WHOLE: Status = {
  job_id: 'may',
  state: 'FAILED',
  reason: 'APP_FAILED',
  message: 'it failed',
  exit_code: 3,
  attempt: 1,
  phases: [{ name: 'boot', start: '2026-11-26T06:00:00Z', seconds: 1.5 }],
  packages: ['a==1'],
  instance_id: 'i-1',
  input_version: 'v1',
  input_sequencer: '0055AE',
  usage: { cpu_seconds: 1, peak_memory_bytes: null },
  cost_estimate_usd: 0.1,
  updated: '2026-11-26T06:00:00Z',
};
const NAMES = [...Object.keys(WHOLE), 'submitted', 'started', 'ended', 'python', 'of_a_newer_version'];
/** Written as JSON, or nearly so: what becomes of a number is a part of the question. */
const VALUES = [
  ...[
    'null',
    'true',
    '0',
    '-0',
    '1',
    '2',
    '1.0',
    '2e0',
    '99',
    '100',
    '99.0',
    '1.5',
    '-1',
    '1e999',
    '-1e999',
    '9007199254740993',
  ],
  ...[
    '9'.repeat(400),
    '1e-400',
    'NaN',
    'Infinity',
    '""',
    '"1"',
    '"i-2"',
    '"zz"',
    '"0055ae00"',
    '"0055AF"',
    '"FF"',
    `"${'0'.repeat(65)}"`,
  ],
  ...[
    '[]',
    '{}',
    '[null]',
    '["a==1", 2]',
    '[[1]]',
    '[{}]',
    '[{"name":"a","start":"b","seconds":null}]',
    '[{"name":"a","start":"b"}]',
  ],
  ...[
    '{"cpu_seconds":"1"}',
    '{"cpu_seconds":1e999}',
    '{"other":"x"}',
    '"\\ud800"',
    '"\ud83d\ude80"',
    '"\\u0000"',
    '"a\nb"',
    "'a'",
    '01',
    '+1',
    '.5',
    '1.',
  ],
];
const quoted = (words: readonly string[]) => words.map((word) => JSON.stringify(word));
const change = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES.filter((name) => name !== 'reason')), fc.constantFrom(...VALUES, undefined)),
  fc.tuple(fc.constant('state'), fc.constantFrom(...quoted([...STATES, ...REASONS]))),
  // Of one that the functions do not know yet the two may say something different: to the runner any text is one.
  fc.tuple(fc.constant('reason'), fc.constantFrom(...quoted([...REASONS, 'CANCELLED', 'CANCELLED']))),
  fc.tuple(fc.constant('reason'), fc.constantFrom(...VALUES.filter((value) => !/^["']/.test(value)), undefined)),
  fc.tuple(fc.constant('attempt'), fc.integer({ min: -1, max: 101 }).map(String)),
);
const changes = fc.array(change, { maxLength: 3 });
const object = changes.map((all) => {
  const fields = Object.entries(WHOLE).map(([name, value]) => [name, JSON.stringify(value)] as const);
  // A name may come twice, of which the later one counts; a change to nothing leaves the field out.
  const left = fields.filter(([name]) => !all.some(([other, value]) => other === name && value === undefined));
  const more = all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return `{${[...left, ...more].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(',\n')}}`;
});
const bytes = fc.oneof(
  { weight: 6, arbitrary: object.map((text) => Buffer.from(text)) },
  {
    weight: 1,
    arbitrary: hostile([JSON.stringify({ ...WHOLE, reason: null }), '', '[]', '7', '"text"', 'null']).map((text) =>
      Buffer.from(text),
    ),
  },
  { weight: 1, arbitrary: object.map((text) => Buffer.from(`\ufeff${text}`)) },
  { weight: 1, arbitrary: object.map((text) => Buffer.from(text, 'utf16le')) },
  { weight: 1, arbitrary: object.map((text) => Buffer.from(text.replace('it failed', 'it \u00ff failed'), 'latin1')) },
);
const run = fc.record({
  sequencer: fc.constantFrom('0055AE', '0055ae00', '0055AF', '00', 'FF'),
  attempt: fc.constantFrom(1, 1, 2, 98, 99),
});

test('whose a status is, and whether it is one, is said alike', () => {
  const given = cases(fc.tuple(bytes, run));
  const imports = `from runner.aws import Answer
from runner.job_line import JobRun
from runner.stored import Stored, order_of
def order(body, sequencer, attempt):
    stored = Stored(Answer(200, {'etag': 'e'}, body.encode('latin-1')))
    return order_of(stored, JobRun('b', 'k', 'id', '', sequencer, attempt)) if stored.is_record else 'none'`;
  const asked = given.map(([body, { sequencer, attempt }]) => [body.toString('latin1'), sequencer, attempt]);
  const theirs = askRunner<string>(imports, 'order(*case)', asked);
  const name = (sign: number) => (sign < 0 ? 'older' : sign > 0 ? 'newer' : 'same');
  const ours = given.map(([body, one]) => {
    const status = parseStatus(body.toString());
    return status ? name(Math.sign(compareStatus(status, one))) : 'none';
  });
  expectAlike(asked, ours, theirs);
  expect([...new Set(ours)].sort()).toEqual(['newer', 'none', 'older', 'same']);
});
