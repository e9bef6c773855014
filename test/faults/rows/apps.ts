import { attack, nothingGot, triedInVain } from '../attack';
import type { Promised, Row } from '../row';
import type { Scene } from '../scene';
import { GIT_SECRET } from '../world';
import { failsAfter, SUCCEEDS } from './promises';

const OFTEN = { environment: { LAMBDA_EC2_LIVE_SECONDS: '0.1' } };
/** So often is the log to be read for a race to be won. */
const LOOKS = 30;

/** Lets a race go on until the live log was read often enough. */
const untilLooked = (path: RegExp) => async (scene: Scene) => {
  const { passed } = scene.first.s3;
  await scene.untilTold('waits');
  await scene.until('the live log was read often enough', () => {
    const looks = passed.filter((one) => one.method === 'PUT' && path.test(one.path)).length;
    scene.answer(String(looks));
    return looks >= LOOKS;
  });
  scene.release();
};

/** Where what is read does not get to S3. */
async function releaseAfterAWhile(scene: Scene): Promise<void> {
  await scene.untilTold('waits', 50);
  scene.release();
}

const KINDS = {
  'a link to a file of root': 'link:/root/canary',
  'a link to /etc/shadow': 'link:/etc/shadow',
  "a link to the runner's memory file": 'link:/run/lambda-ec2/memory.json',
  'a FIFO': 'fifo',
  'a link to /dev/zero': 'link:/dev/zero',
  'a sparse file of 300 MiB': 'sparse',
  'a folder': 'folder',
};

/** The log is read again and again while the app runs. */
const logRaces: Row[] = Object.entries(KINDS).map(([what, KIND]) => ({
  name: `race: app log between a file and ${what}`,
  machine: OFTEN,
  settings: { ec2_timeout: '5m' },
  wish: `${attack('race', { PLACE: 'app.log', KIND, GROWS: 1 })}\noutput()`,
  meanwhile: KIND === 'sparse' ? releaseAfterAWhile : untilLooked(/_app\.log$/),
  promised: {
    ...SUCCEEDS,
    files: ['status', 'log', 'app log', 'output'],
    also: nothingGot,
  },
}));

/** The folder of the log, which settings put into one. */
const folderRace: Row = {
  name: "race: the app log's folder between a folder and a link to /etc",
  machine: OFTEN,
  settings: { app_log: 'logs/shadow' },
  wish: `import os
os.makedirs('logs', exist_ok=True)
open('logs/shadow', 'w').write('mine\\n')
${attack('race', { PLACE: 'logs', KIND: 'link:/etc', GROWS: 0 })}
output()`,
  meanwhile: releaseAfterAWhile,
  promised: { ...SUCCEEDS, orFiles: ['app log'], also: nothingGot },
};

const placed = (name: string, wish: string, promised: Promised = failsAfter('NO_OUTPUT')): Row => ({
  name: `output: ${name}`,
  wish: `import os\n${wish}`,
  promised: { ...promised, within: 60 },
});

const outputs: Row[] = [
  placed('a link to a file of root', "os.symlink('/root/canary', 'output.zip')"),
  placed('a link to another zip of the app', "output(name='other.zip'); os.symlink('other.zip', 'output.zip')"),
  placed('a FIFO', "os.mkfifo('output.zip')"),
  placed('a link to /dev/zero', "os.symlink('/dev/zero', 'output.zip')"),
  placed('a folder', "os.mkdir('output.zip')"),
  placed('a sparse file of 2 GiB', "open('output.zip', 'wb').truncate(2 << 30)"),
  placed(
    "a hard link to the runner's log",
    "os.link('/var/lib/lambda-ec2/ec2.log', 'output.zip')",
    failsAfter('APP_FAILED'),
  ),
  placed('none', 'pass'),
  placed('an empty file', "open('output.zip', 'w')"),
  placed('half a zip', "output(); size = os.path.getsize('output.zip'); os.truncate('output.zip', size - 30)"),
  placed(
    'half a zip behind a whole inner one',
    `import io
inner = io.BytesIO()
zipfile.ZipFile(inner, 'w').close()
inner = io.BytesIO()
with zipfile.ZipFile(inner, 'w') as archive: archive.writestr('sheet.xml', 'x' * 5000)
open('report.xlsx', 'wb').write(inner.getvalue())
z = zipfile.ZipFile('output.zip', 'w'); z.write('report.xlsx'); z.fp.flush(); os._exit(0)`,
  ),
  placed(
    'the folder of the app is gone',
    "import shutil; shutil.rmtree('.', True)",
    failsAfter('NO_OUTPUT', 'APP_FAILED'),
  ),
  placed('nobody may read it', "output(); os.chmod('output.zip', 0); os.chmod('.', 0)", SUCCEEDS),
  placed(
    'names that lead out of wherever it is unpacked',
    `with zipfile.ZipFile('output.zip', 'w') as archive:
    for name in ['../../../../etc/passwd', '/etc/passwd', 'a' * 60000, 'CON', '-rf', 'a\\nb']: archive.writestr(name, 'x')`,
    SUCCEEDS,
  ),
  placed(
    'a zip bomb',
    "with zipfile.ZipFile('output.zip', 'w', zipfile.ZIP_DEFLATED) as archive: archive.writestr('bomb', bytes(200 << 20))",
    SUCCEEDS,
  ),
  placed(
    'the folder of the output is a link to /etc',
    "os.symlink('/etc', 'out2'); os.rename('out', 'gone'); os.rename('out2', 'out')",
  ),
  placed('"failed" is said by the exit status only', 'output(); sys.exit(5)', {
    ...failsAfter('APP_FAILED'),
    orFiles: ['output'],
  }),
];
const inFolder = outputs.find(({ name }) => name.includes('folder of the output'));
if (inFolder) inFolder.settings = { app_out_zip: 'out/passwd' };

const LOG_LIMIT = 100 << 20;

/** The runner's own lines are in the log, and it is no larger than is promised. */
const logStands = async (scene: Scene) => {
  const log = await scene.log();
  if (!log.includes('input s3://')) return 'the log has lost its beginning';
  if (!/job (succeeded|failed)/.test(log)) return 'the log has lost its end';
  return log.length > LOG_LIMIT ? `the log has ${log.length} bytes` : undefined;
};
const printed = (name: string, wish: string, promised: Promised = SUCCEEDS): Row => ({
  name: `prints: ${name}`,
  wish: `import os\n${wish}`,
  promised: { also: logStands, ...promised },
});

const prints: Row[] = [
  printed(
    'rewrites what it prints to',
    "os.lseek(1, 0, 0) if os.path.isfile('/proc/self/fd/1') else 0\nfor how in ('r+b', 'wb', 'ab'):\n    try: open('/proc/self/fd/1', how, 0).truncate(0)\n    except OSError: pass\noutput()",
  ),
  printed(
    'cuts its standard output',
    "for call in (lambda: os.ftruncate(1, 0), lambda: os.pwrite(1, b'false', 0), lambda: os.ftruncate(1, 2 << 30)):\n    try: call()\n    except OSError: pass\noutput()",
  ),
  printed(
    'writes into the log by its name',
    "for path in ('/var/lib/lambda-ec2/ec2.log',):\n    for flags in (os.O_WRONLY, os.O_WRONLY | os.O_TRUNC, os.O_WRONLY | os.O_APPEND):\n        try: os.open(path, flags); tell('wrote', path)\n        except OSError: pass\noutput()",
  ),
  printed('300 MB', "block = b'x' * 1023 + b'\\n'\nfor _ in range(300 << 10): os.write(1, block)\noutput()"),
  printed('bytes that are no text, and no line end', 'os.write(1, bytes(range(256)) * 64)\noutput()'),
  printed(
    'an endless last line before it fails',
    "os.write(1, b'\\xff\\x00\"\\\\' + b'y' * (1 << 20)); sys.exit(3)",
    failsAfter('APP_FAILED'),
  ),
  printed('lines of a runner', "print('2026-01-01T00:00:00Z INFO  job succeeded'); sys.exit(3)", {
    ...failsAfter('APP_FAILED'),
    message: /exit status 3/,
  }),
  printed('nothing more, and goes on', 'os.close(1); os.close(2)\nimport time; time.sleep(3)\noutput()'),
];

const processes: Row[] = [
  {
    name: 'app leaves daemons that ignore TERM and keep its output open',
    wish: `${attack('daemon', { KEEPS: 1 })}\noutput()`,
    promised: { ...SUCCEEDS, within: 60 },
  },
  {
    name: 'app forks 400 processes that ignore TERM',
    wish: `import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(400):
    if os.fork() == 0:
        os.setsid(); time.sleep(600); os._exit(0)
output()`,
    promised: { ...SUCCEEDS, within: 90 },
  },
  {
    name: 'app forks without end',
    settings: { ec2_timeout: '15s' },
    wish: `import os, resource, time
resource.setrlimit(resource.RLIMIT_NPROC, (300, 300))
while True:
    try: os.fork()
    except OSError: time.sleep(0.1)`,
    promised: failsAfter('TIMED_OUT', 'APP_FAILED'),
  },
  {
    name: 'app ignores TERM at ec2_timeout',
    settings: { ec2_timeout: '10s' },
    wish: 'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)',
    promised: { ...failsAfter('TIMED_OUT'), within: 10 + 40 },
  },
  {
    name: 'app that ends well on TERM at ec2_timeout',
    settings: { ec2_timeout: '10s' },
    wish: 'import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: (output(), sys.exit(0)))\nwhile True: time.sleep(1)',
    promised: { ...failsAfter('TIMED_OUT'), orFiles: ['output'] },
  },
  {
    name: 'app ends itself by TERM',
    wish: 'import os, signal\noutput()\nos.kill(os.getpid(), signal.SIGTERM)',
    promised: { ...failsAfter('APP_FAILED'), orFiles: ['output'] },
  },
  {
    name: 'app tries to end the machine and everybody on it',
    wish: `output()\n${attack('end')}`,
    promised: { ...SUCCEEDS, also: triedInVain('survived') },
  },
  {
    name: 'app kills all processes that it may',
    wish: 'import os\noutput()\nos.kill(-1, 9)\nimport time; time.sleep(2)',
    // Not itself: kill(2).
    promised: SUCCEEDS,
  },
];

const thieves: Row[] = [
  {
    name: 'app looks for the role, the runner and other people',
    wish: `${attack('loot', { ALLOWED: 0 })}\noutput()`,
    promised: {
      ...SUCCEEDS,
      record: ['SUCCEEDED', 'LOST', 'APP_FAILED'],
      orFiles: ['output'],
      files: ['status', 'log'],
      also: triedInVain('looked'),
    },
  },
  {
    name: 'app looks for the credential of a private repository',
    settings: { app_credentials: GIT_SECRET },
    wish: `${attack('loot', { ALLOWED: 0 })}\noutput()`,
    promised: { ...SUCCEEDS, also: triedInVain('looked') },
  },
  {
    name: 'app with access to AWS gets its role, and nothing else',
    settings: { app_aws_access: 'true' },
    wish: `${attack('loot', { ALLOWED: 1 })}\noutput()`,
    promised: {
      ...SUCCEEDS,
      also: (scene) =>
        scene.told('role').length === 0 ? 'the app could not get its role' : triedInVain('looked')(scene),
    },
  },
  {
    name: 'app writes where it must not',
    wish: `${attack('write', { OWN: 'none' })}\noutput()`,
    promised: { ...SUCCEEDS, also: triedInVain('tried') },
  },
  {
    name: 'app makes itself root by setuid',
    wish: `import os, shutil, subprocess
for folder in ('.', '/tmp', '/var/tmp', '/dev/shm'):
    path = os.path.join(folder, 'row-id')
    try:
        shutil.copy('/usr/bin/id', path); os.chmod(path, 0o6755)
        if b'uid=0' in subprocess.run([path], stdout=subprocess.PIPE).stdout: tell('root', path)
    except OSError: pass
for command in (['su', '-c', 'id'], ['sudo', '-n', 'id'], ['unshare', '-r', 'cat', '/root/canary']):
    try: tell('got', subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=20).stdout)
    except OSError: pass
output(); tell('tried')`,
    promised: { ...SUCCEEDS, also: triedInVain('tried') },
  },
  {
    name: 'app replaces the modules and programs that the runner uses',
    wish: `import os
for name in ('json.py', 'zipfile.py', 'runner', 'encodings'): open(name, 'w').write('import os; os.system("/usr/local/bin/tell root")')
home = os.environ['HOME']
for name in ('.gitconfig', '.bashrc', '.profile', '.netrc', '.curlrc', '.aws'): open(os.path.join(home, name), 'w').write('output = /etc/passwd\\n')
output()`,
    promised: { ...SUCCEEDS, also: nothingGot },
  },
];

export const APPS: Row[] = [...logRaces, folderRace, ...outputs, ...prints, ...processes, ...thieves];
