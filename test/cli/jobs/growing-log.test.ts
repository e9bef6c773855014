import { GrowingLog, type LogOptions } from '../../../cli/jobs/growing-log';
import { readTail } from '../../../cli/jobs/read-log';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';

const KEY = 'app_runner/output/may_ec2.log';
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const store = () => ({ s3: world.s3, bucket: BUCKET });
const tail = (lines: number) => readTail(store(), KEY, lines);

/** A log that is read again after each of these contents; what each look wrote, and what was left at the end. */
async function seen(options: LogOptions, ...contents: string[]): Promise<string[][]> {
  const log = new GrowingLog(store(), KEY, options);
  const looks: string[][] = [];
  for (const content of contents) {
    await world.put(KEY, content);
    const look: string[] = [];
    await log.writeNew(async (lines) => void look.push(...lines));
    looks.push(look);
  }
  await log.end(async (lines) => void looks.push(lines));
  return looks;
}

test('each line is written once and whole, and the last one without its line break', async () => {
  expect(await seen({}, 'a\nb', 'a\nbc\n', 'a\nbc\n', 'a\nbc\nd')).toEqual([['a'], ['bc'], [], [], ['d']]);
});

test('the log of a further attempt begins anew', async () => {
  expect(await seen({}, 'first\nattempt\n', 'second\n')).toEqual([['first', 'attempt'], ['second'], []]);
});

test('after the last lines it goes on where they ended, within a line as well', async () => {
  expect(await seen({ tail: 1 }, 'a\nb\n', 'a\nb\nc\n')).toEqual([['b'], ['c'], []]);
  expect(await seen({ tail: 2 }, 'a\nb\nc', 'a\nb\ncd\n')).toEqual([['b'], ['cd'], []]);
  expect(await seen({ tail: 0 }, 'a\nb\n', 'a\nb\nc\n')).toEqual([[], ['c'], []]);
  expect(await seen({ tail: 9 }, '', 'a\n')).toEqual([[], ['a'], []]);
});

test('a line without a time is as old as the one before, wherever the last lines begin', async () => {
  const text = '2026-11-26T06:00:00Z begins\nprinted\nprinted again\n';
  const since = Date.parse('2026-11-26T05:00:00Z');
  expect(await seen({ tail: 1, filter: { since } }, text)).toEqual([['printed again'], []]);
  expect(await seen({ tail: 1, filter: { timestamps: true } }, text)).toEqual([
    ['2026-11-26T06:00:00Z printed again'],
    [],
  ]);
  expect(await seen({ filter: { since: since + 7_200_000 } }, text)).toEqual([[], []]);
});

test('the last lines of a large log, longer ones among them than are read at first', async () => {
  const long = 'x'.repeat(200_000);
  await world.put(KEY, `${'a\n'.repeat(100_000)}${long}\nend\n`);
  expect(await tail(2)).toEqual([long, 'end']);
  expect(await tail(3)).toEqual(['a', long, 'end']);
  expect(await tail(200_000)).toHaveLength(100_002);
  expect(await tail(0)).toEqual([]);
});

test('an empty log has no lines, and none is no log', async () => {
  expect(await tail(3)).toBeUndefined();
  await world.put(KEY, '');
  expect(await tail(3)).toEqual([]);
  await world.put(KEY, '\n');
  expect(await tail(3)).toEqual([]);
});
