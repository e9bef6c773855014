import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

test('the README names each file of contract/, and no other', () => {
  const folder = path.join(__dirname, '../../contract');
  const rows = readFileSync(path.join(folder, 'README.md'), 'utf8').match(/^\| `.*?` \|/gm) ?? [];
  const named = rows.flatMap((row) => row.match(/[\w-]+\.ts/g) ?? []);
  expect(named.sort()).toEqual(
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .sort(),
  );
});
