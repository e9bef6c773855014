import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleInput, exampleOutputProblem } from '../../cli/verify/example';
import { endsAsZip } from '../../cli/verify/zip-end';
import { membersOf } from '../../cli/verify/zip-members';

const folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-zip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A zip file of Python's own zipfile. */
function pythonZip(members: Record<string, string>, packed = true): Buffer {
  const file = path.join(folder, 'made.zip');
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED if sys.argv[3] == 'true' else zipfile.ZIP_STORED) as archive:
    for name, text in json.loads(sys.argv[2]).items():
        archive.writestr(name, text)`;
  execFileSync('python3', ['-c', script, file, JSON.stringify(members), String(packed)]);
  return readFileSync(file);
}

test('Python reads the input that is made, and finds nothing wrong with it', async () => {
  const file = path.join(folder, 'input.zip');
  writeFileSync(file, await exampleInput());
  const script =
    'import sys, zipfile; archive = zipfile.ZipFile(sys.argv[1]); print(archive.testzip(), archive.namelist())';
  const said = execFileSync('python3', ['-c', script, file], { encoding: 'utf8' });
  expect(said.trim()).toBe("None ['sales.csv']");
});

test('the same content makes the same zip', async () => {
  const input = await exampleInput();
  expect(await exampleInput()).toEqual(input);
  expect([...(await membersOf(input)).keys()]).toEqual(['sales.csv']);
});

test('members that Python stored or deflated are read back', async () => {
  const members = { 'a.txt': 'a'.repeat(1000), 'b/c.txt': 'b' };
  for (const packed of [true, false]) {
    const read = [...(await membersOf(pythonZip(members, packed)))].map(([name, content]) => [
      name,
      content.toString(),
    ]);
    expect(Object.fromEntries(read)).toEqual(members);
  }
});

test('a zip that is cut off, empty or damaged is not whole', async () => {
  const zip = pythonZip({ 'a.txt': 'some text that is long enough to be damaged' }, false);
  await expect(membersOf(Buffer.alloc(0))).rejects.toThrow('not a zip file');
  await expect(membersOf(zip.subarray(0, -30))).rejects.toThrow('not a zip file');
  const damaged = Buffer.from(zip);
  damaged.write('X', zip.indexOf('long'));
  await expect(membersOf(damaged)).rejects.toThrow('a.txt is damaged');
});

test('the end of a large zip is told from the end of anything else, and from half a zip', () => {
  const zip = pythonZip({ 'a.txt': 'a'.repeat(100_000) }, false);
  expect(endsAsZip(zip.subarray(-65_536), zip.length)).toBe(true);
  expect(endsAsZip(zip.subarray(-65_536), zip.length - 90_000)).toBe(false);
  expect(endsAsZip(zip.subarray(0, 50_000), 50_000)).toBe(false);
  expect(endsAsZip(Buffer.alloc(0), 0)).toBe(false);
});

const SUMMARY = 'by,value,rows,units,revenue\n';

test("the example's output must add up to its input", async () => {
  const input = (await membersOf(await exampleInput())).get('sales.csv')?.toString() ?? '';
  const units = input
    .trim()
    .split('\n')
    .slice(1)
    .reduce((total, line) => total + Number(line.split(',')[3]), 0);
  const output = (count: number) =>
    pythonZip({
      'summary.csv': `${SUMMARY}region,north,1,5,1.00\nproduct,all,1,${count},1.00\n`,
      'report.html': '<html>',
    });
  expect(await exampleOutputProblem(output(units))).toBeUndefined();
  expect(await exampleOutputProblem(output(units - 1))).toBe(
    `summary.csv counts ${units - 1} units, and the input has ${units}`,
  );
  expect(await exampleOutputProblem(pythonZip({ 'summary.csv': SUMMARY }))).toContain('holds summary.csv, not');
  expect(await exampleOutputProblem(Buffer.from('PK'))).toContain('no whole zip file');
});
