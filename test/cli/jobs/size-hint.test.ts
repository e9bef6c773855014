import { jobFacts } from '../../../cli/jobs/format-job';
import { sizeHint } from '../../../cli/jobs/size-hint';
import type { Status, Usage } from '../../../contract/status';

const GIB = 1 << 30;
const MACHINE = { memory_bytes: 8.25 * GIB, memory_limit_bytes: 8 * GIB, vcpus: 2 };

/** A job that ran its app for `seconds` and used this. */
function ended(usage: Usage | null, more: Partial<Status> = {}, seconds = 100): Status {
  const start = '2026-11-26T10:00:00Z';
  const phases = [
    { name: 'input', start, seconds: 3 },
    { name: 'app', start, seconds },
  ];
  const run = { job_id: 'may', attempt: 1, message: '', instance_type: 'm7i.xlarge', phases, submitted: start };
  return { ...run, state: 'SUCCEEDED', reason: null, usage: usage && { ...MACHINE, ...usage }, ...more };
}
const facts = (status: Status) => Object.fromEntries(jobFacts(status, 'jobs', 0));

test('what a job used is shown, and what was not measured is left out', () => {
  const used = {
    peak_memory_bytes: 1.25 * GIB,
    cpu_seconds: 34.5,
    disk_used_bytes: 3.4 * GIB,
    input_bytes: 22,
    output_bytes: 1_536_000,
  };
  expect(facts(ended(used))).toMatchObject({
    memory: '1.3 GiB at its peak, of 8.0 GiB for the app',
    cpu: '34.5 s, 17% of 2 vCPUs while the app ran',
    disk: '3.4 GiB in use when the app had ended',
    data: '22 B in, 1.5 MiB out',
  });
  const here = {
    memory_bytes: null,
    memory_limit_bytes: null,
    vcpus: null,
    peak_memory_bytes: 50 << 20,
    cpu_seconds: 0,
    input_bytes: 0,
  };
  expect(facts(ended(here))).toMatchObject({ memory: '50.0 MiB at its peak', cpu: '0 s', data: '0 B in' });
  for (const usage of [null, undefined]) {
    const names = Object.keys(facts({ ...ended(null), usage }));
    expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(memory|cpu|disk|data|hint)$/)]));
  }
});

const idle = { peak_memory_bytes: 1 * GIB, cpu_seconds: 20 };

test.each([
  ['m7i.xlarge', 'm7i.large'],
  ['c7g.4xlarge', 'c7g.2xlarge'],
  ['m7i.large', 'c7i.large'],
  ['r8g.large', 'm8g.large'],
  ['t3.medium', 't3.small'],
])('a job that used little of %s may do with %s', (instance_type, smaller) => {
  expect(sizeHint(ended(idle, { instance_type }))).toBe(
    `${smaller}, which costs less, may do: of ${instance_type} the app took 13% of the memory at its peak and 10% of the vCPUs on average`,
  );
});

test.each(['c7i.large', 't3.nano', 'g5.2xlarge', 'm7i-flex.large', 'm7i.metal-24xl', 'x2idn.16xlarge', 'm7g.medium'])(
  'below %s there is none that every family of the kind has',
  (instance_type) => {
    expect(sizeHint(ended(idle, { instance_type }))).toBeUndefined();
  },
);

test.each<[string, Usage, Partial<Status>]>([
  ['half the memory would not do', { ...idle, peak_memory_bytes: 4 * GIB }, {}],
  ['half the vCPUs would not do', { ...idle, cpu_seconds: 120 }, {}],
  ['it failed before its work was done', idle, { state: 'FAILED', reason: 'APP_FAILED' }],
  ['it still runs', idle, { state: 'RUNNING' }],
  ['its memory is not known', { cpu_seconds: 20 }, {}],
  ['its CPU time is not known', { peak_memory_bytes: GIB }, {}],
  ['it ran on no instance', idle, { instance_type: null }],
  ['its machine is not known', { ...idle, memory_bytes: null, memory_limit_bytes: null, vcpus: null }, {}],
])('there is no hint when %s', (_, usage, more) => {
  expect(sizeHint(ended(usage, more))).toBeUndefined();
});

test('a run that was too short tells nothing', () => {
  expect(sizeHint(ended(idle, {}, 20))).toBeUndefined();
});

test('busy vCPUs and full memory say what a larger type may do', () => {
  const busy =
    'the vCPUs were busy (95%): a type with more of them, such as m7i.2xlarge, may be done sooner, if the app can use them';
  expect(sizeHint(ended({ peak_memory_bytes: 2 * GIB, cpu_seconds: 190 }))).toBe(busy);
  expect(sizeHint(ended({ cpu_seconds: 190 }, { state: 'FAILED', reason: 'TIMED_OUT' }))).toBe(busy);
  expect(sizeHint(ended({ peak_memory_bytes: 7.75 * GIB, cpu_seconds: 60 }))).toBe(
    'the memory was nearly full at its peak (97%, files that the kernel kept included), so a larger input may need more; m7i.2xlarge has twice as much',
  );
});

test.each([0.5, 1, 2, 3.75, 8])('an instance of %d GiB can be nearly full too', (gib) => {
  const all = gib * GIB;
  const memory_limit_bytes = all > GIB ? all - GIB / 4 : all * 0.75;
  const full = { memory_bytes: all, memory_limit_bytes, peak_memory_bytes: 0.97 * memory_limit_bytes, cpu_seconds: 60 };
  expect(sizeHint(ended(full))).toMatch(/^the memory was nearly full at its peak \(97%/);
});

test('of a status that has no limit, the memory of the instance counts', () => {
  const { memory_limit_bytes, ...earlier } = MACHINE;
  const status = { ...ended(null), usage: { ...earlier, peak_memory_bytes: 8.2 * GIB, cpu_seconds: 60 } };
  expect(sizeHint(status)).toMatch(/nearly full at its peak \(99%/);
});

test('a job that used up the memory is told the next size, whatever else is known', () => {
  const status = ended(null, { state: 'FAILED', reason: 'OUT_OF_MEMORY' }, 1);
  expect(facts(status).hint).toBe('m7i.2xlarge is the next size, with twice the memory');
  expect(sizeHint({ ...status, instance_type: 'r7i.4xlarge' })).toBe(
    'a type with more memory than r7i.4xlarge is needed',
  );
});
