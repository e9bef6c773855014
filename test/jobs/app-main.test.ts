import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// What of the app is run, and with which arguments.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

const TELL_ARGUMENTS = `import json, sys\n${WRITE_OUTPUT}\nwrite_output(json.dumps(sys.argv[1:]))`;

test('a module is run as python -m does, with the modules around it and its arguments', async () => {
  job.commit({
    'my/__init__.py': '',
    'my/package/__init__.py': '',
    'my/package/part.py': "TEXT = 'part'",
    'my/package/__main__.py': `import sys\n${WRITE_OUTPUT}
from .part import TEXT
write_output(' '.join([__name__, __package__, TEXT, *sys.argv[1:]]))`,
  });
  await job.configure({ app_main: '-m my.package', app_args: '--verbose --date 2026-05-01' });
  const { status, output } = await job.run('module');
  expect(status).toMatchObject({ state: 'SUCCEEDED', exit_code: 0 });
  expect(resultText(output)).toBe('__main__ my.package part --verbose --date 2026-05-01');
});

test('a module that is not there fails the job in the words of Python', async () => {
  job.commit({ 'main.py': TELL_ARGUMENTS });
  await job.configure({ app_main: '-m my.pakage' });
  const { status } = await job.run('no-module');
  expect(status).toMatchObject({ state: 'FAILED', reason: 'APP_FAILED', exit_code: 1 });
  expect(status.message).toContain("No module named 'my'");
});

test('arguments are words as a shell quotes them, and nothing in them is expanded or run', async () => {
  job.commit({ 'main.py': TELL_ARGUMENTS });
  const app_args = `-v  --title 'two "words"' "it's" a\\ b '' $HOME \`id\` $(id) * ~ > x ; %s \${A} # ünï`;
  await job.configure({ app_args });
  const { output, ec2Log } = await job.run('words');
  expect(JSON.parse(resultText(output) ?? '')).toEqual([
    ...['-v', '--title', 'two "words"', "it's", 'a b', '', '$HOME', '`id`', '$(id)', '*', '~', '>', 'x', ';'],
    ...['%s', `\${A}`, '#', 'ünï'],
  ]);
  expect(ec2Log).toContain(`app: main.py ${app_args} begins`);
});

test('arguments in app_main, and words that cannot be split in a hand-written version, are told before anything is run', async () => {
  job.commit({ 'main.py': TELL_ARGUMENTS });
  await job.configure({ app_main: 'main.py --verbose' });
  const { status } = await job.run('in-main');
  expect(status).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
  expect(status.message).toBe(
    'the app has no file main.py --verbose: check app_main (arguments go into app_args) and app_ref',
  );
  await job.override({ app_main: '-m a b', app_args: "--title 'two" });
  const wrong = (await job.run('by-hand')).status;
  expect(wrong).toMatchObject({ state: 'FAILED', reason: 'BAD_SETTINGS' });
  expect(wrong.message).toContain("app_main '-m a b' is no module: use -m and the name of one");
  expect(wrong.message).toContain("app_args '--title 'two' cannot be split into words (No closing quotation)");
});
