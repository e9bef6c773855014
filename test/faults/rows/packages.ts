import { attack, nothingLives, packageOf, triedInVain } from '../attack';
import type { Promised, Row } from '../row';
import type { Scene } from '../scene';
import { GIT_SECRET } from '../world';
import { failsBefore, SUCCEEDS } from './promises';

const ANY: Promised = {
  record: ['SUCCEEDED', 'REQUIREMENTS_FAILED'],
  files: ['status', 'log'],
  orFiles: ['output'],
  runs: [0, 1],
};

const attackers: Row[] = [
  {
    name: 'package looks for the role, the runner and other people while it is built',
    repository: packageOf(attack('loot', { ALLOWED: 0 })),
    promised: { ...SUCCEEDS, also: triedInVain('looked') },
  },
  {
    name: 'package looks for the credential of a private repository while it is built',
    settings: { app_credentials: GIT_SECRET },
    repository: packageOf(attack('loot', { ALLOWED: 0 })),
    promised: { ...SUCCEEDS, also: triedInVain('looked') },
  },
  {
    name: 'package writes where it must not while it is built',
    repository: packageOf(attack('write', { OWN: 'none' })),
    promised: { ...SUCCEEDS, also: triedInVain('tried') },
  },
  {
    name: 'package leaves a daemon that changes the app',
    repository: packageOf(attack('daemon', { KEEPS: 0 })),
    wish: 'import time; time.sleep(3); output()',
    promised: { ...SUCCEEDS, also: nothingLives },
  },
  {
    name: 'package tries to end the machine and everybody on it while it is built',
    repository: packageOf(attack('end')),
    promised: { ...ANY, also: triedInVain('builds') },
  },
  {
    name: 'package makes a program for the app that is root',
    repository: packageOf(`import os, shutil, subprocess
for folder in ('/var/tmp', '/tmp', '/dev/shm', '/var/lib/lambda-ec2/tmp'):
    path = os.path.join(folder, 'row-id')
    try: shutil.copy('/usr/bin/id', path); os.chmod(path, 0o6755)
    except OSError: pass
`),
    wish: `import subprocess
for folder in ('/var/tmp', '/tmp', '/dev/shm', '/var/lib/lambda-ec2/tmp'):
    try: said = subprocess.run([folder + '/row-id'], stdout=subprocess.PIPE).stdout
    except OSError: continue
    if b'uid=0' in said: tell('root', said)
tell('tried')
output()`,
    promised: { ...SUCCEEDS, also: triedInVain('tried') },
  },
  {
    name: 'package forks 400 processes that ignore TERM while it is built',
    repository: packageOf(`import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(400):
    if os.fork() == 0:
        os.setsid(); os.closerange(0, 3); time.sleep(600); os._exit(0)
`),
    promised: { ...SUCCEEDS, within: 90 },
  },
  {
    name: 'package never ends being built, and ignores TERM',
    settings: { ec2_timeout: '15s' },
    repository: packageOf('import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(3600)'),
    promised: { ...failsBefore('TIMED_OUT'), within: 15 + 40 },
  },
  {
    name: 'package prints 300 MB while it is built',
    repository: packageOf("import os\nblock = b'x' * 1023 + b'\\n'\nfor _ in range(300 << 10): os.write(1, block)"),
    promised: { ...SUCCEEDS, also: keepsLog },
  },
  {
    name: 'package is built into nothing',
    repository: packageOf('import os; os._exit(0)'),
    promised: { ...failsBefore('REQUIREMENTS_FAILED'), also: triedInVain('builds') },
  },
  {
    name: 'package replaces the environment that it is built for',
    repository: packageOf(`import glob, os, shutil
for venv in glob.glob('/opt/venvs/*'):
    try: shutil.rmtree(venv); os.symlink('/root', venv)
    except OSError: pass
`),
    promised: { ...ANY, also: triedInVain('builds') },
  },
  {
    name: 'package replaces the source by links out of the app',
    repository: packageOf(`import os
os.chdir('/var/lib/lambda-ec2/app')
for name in ('main.py', 'output.zip', 'app.log', 'requirements.txt'):
    try:
        if os.path.lexists(name): os.unlink(name)
        os.symlink('/root/canary', name)
    except OSError: pass
`),
    promised: { ...failsBefore('BAD_SETTINGS'), also: triedInVain('builds') },
  },
  {
    name: 'package replaces .git/HEAD by a link to a file of root',
    repository: packageOf(`import os
try: os.unlink('/var/lib/lambda-ec2/app/.git/HEAD'); os.symlink('/root/canary', '/var/lib/lambda-ec2/app/.git/HEAD')
except OSError: pass
`),
    promised: { ...ANY, also: triedInVain('builds') },
  },
  {
    name: 'package with hostile names in its metadata',
    repository: packageOf(`import site, sys, glob, os
for folder in glob.glob('/opt/venvs/*/lib/python*/site-packages'):
    try: os.mkdir(folder + '/\\x1b[31m"evil"\\\\-1.dist-info')
    except OSError: pass
`),
    promised: { ...ANY, also: triedInVain('builds') },
  },
];

async function keepsLog(scene: Scene): Promise<string | undefined> {
  const log = await scene.log();
  if (!log.includes('input s3://') || !log.includes('job succeeded'))
    return 'the log has lost its beginning or its end';
  return undefined;
}

export const PACKAGES: Row[] = attackers;
