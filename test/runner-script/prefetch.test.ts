import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOTFS = path.join(__dirname, '../../runner-script/rootfs');

test('prefetch reads interpreters and environments, and leaves out sources and what cannot be read', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'prefetch-test-'));
  try {
    cpSync(ROOTFS, root, { recursive: true });
    const venv = path.join(root, 'opt/venvs/abc/lib');
    mkdirSync(venv, { recursive: true });
    mkdirSync(path.join(root, 'opt/python3.6/bin'), { recursive: true });
    for (const name of ['big.so', "it's odd.pyc", 'source.py']) writeFileSync(path.join(venv, name), 'x');
    writeFileSync(path.join(root, 'opt/python3.6/bin/python3'), 'x');
    // A cat of our own tells which files were read.
    const bin = path.join(root, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'cat'), `#!/bin/sh\nfor file; do echo "$file" >>'${root}/read'; done\nexit 1\n`);
    chmodSync(path.join(bin, 'cat'), 0o755);
    execFileSync(path.join(root, 'usr/libexec/lambda-ec2/prefetch'), {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
    expect(existsSync(path.join(root, 'read'))).toBe(true);
    const read = execFileSync('sort', [path.join(root, 'read')], { encoding: 'utf8' })
      .split('\n')
      .filter((file) => file.startsWith(root))
      .map((file) => file.slice(root.length));
    expect(read).toEqual([
      '/opt/python3.6/bin/python3',
      '/opt/venvs/abc/lib/big.so',
      "/opt/venvs/abc/lib/it's odd.pyc",
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
