import { Command, Option } from 'commander';
import type { SubmitOptions } from '../jobs/submit';
import { collect } from './collect';
import { waiting } from './waiting';

const ID = 'whole, a unique beginning, or - for the newest';

/** The commands about jobs. */
export function jobCommands(): Command[] {
  return [submit(), list(), show(), logs(), download(), stop(), rerun()];
}

function submit(): Command {
  const command = new Command('submit')
    .alias('run')
    .description('uploads an input, which starts a job; says the id of the job')
    .argument('<input>', 'a zip file, a folder to zip, or s3://BUCKET/KEY to copy')
    .option('--id <id>', 'the job id (default: the name of the input without .zip)')
    .addOption(new Option('--name <id>').hideHelp())
    .option('--ref <ref>', 'branch, tag or commit of the app for this job')
    .option('--set <key=value>', 'another setting for this job; may be given more than once', collect, [])
    .option('--settings-version <n>', 'launch template version to start from in place of the default')
    .option('--replace', 'also when a job of that id is under way: the newer one takes its place')
    .option('--app <path-or-url>', 'with --local and no machine running: the app, as in `local run`');
  return waiting(command).action(async (input: string, _, self: Command) => {
    const { submit } = await import('../jobs/submit');
    const { name, ...options } = self.optsWithGlobals<SubmitOptions & { name?: string }>();
    process.exitCode = await submit(input, { ...options, id: options.id ?? name });
  });
}

function list(): Command {
  return new Command('list')
    .aliases(['jobs', 'ps', 'ls'])
    .description('lists jobs: those under way and the last ten that have ended, each with its newest run')
    .option('-n, --limit <n>', 'how many of those that have ended')
    .option('-a, --all', 'every run of every job, also those that a later one followed; -n says how many')
    .option('--status <state>', 'only those in that state: WAITING, RUNNING, SUCCEEDED, FAILED, or a reason')
    .option('--failed', 'only those that failed')
    .option('--since <duration>', 'all of that time, such as 12h or 7d')
    .option('-w, --watch', 'shows it again whenever it changes, until interrupted')
    .addOption(new Option('-f, --follow').hideHelp())
    .option('--missing', 'lists the inputs that have no record')
    .action(async (_, self: Command) => {
      const { list } = await import('../jobs/list');
      const { follow, ...options } = self.optsWithGlobals();
      process.exitCode = await list({ ...options, watch: options.watch ?? follow });
    });
}

function show(): Command {
  return new Command('show')
    .aliases(['job', 'describe'])
    .description('shows all of a job: cause, phases, settings, and what to do')
    .argument('[id]', `${ID}, which is the default`)
    .action(async (id: string | undefined, _, self: Command) => {
      const { show } = await import('../jobs/show');
      process.exitCode = await show(id, self.optsWithGlobals());
    });
}

function logs(): Command {
  return new Command('logs')
    .alias('log')
    .description("prints a job's log, whatever its state")
    .argument('[id]', `${ID}, which is the default`)
    .option('-f, --follow', 'goes on until the job has ended')
    .option('--app', "the app's own log file in place of the instance's log, which has what the app prints")
    .option('-n, --tail [n]', 'only the last lines; 20 without a number')
    .option('--since <duration>', 'only lines of that time, such as 10m')
    .option('--timestamps', 'leaves the time before each line')
    .action(async (id: string | undefined, _, self: Command) => {
      const { logs } = await import('../jobs/logs');
      process.exitCode = await logs(id, self.optsWithGlobals());
    });
}

function download(): Command {
  return new Command('download')
    .aliases(['fetch', 'get'])
    .description('downloads what a job left: output, logs and status')
    .argument('<id>', ID)
    .argument('[dir]', 'a folder, made when it is not there', 'out')
    .option('-o, --out <dir>', 'the same as the folder')
    .action(async (id: string, dir: string, _, self: Command) => {
      const { download } = await import('../jobs/download');
      const { out, ...options } = self.optsWithGlobals();
      process.exitCode = await download(id, out ?? dir, options);
    });
}

function stop(): Command {
  return new Command('stop')
    .aliases(['cancel', 'kill'])
    .description('ends jobs that wait or run: CANCELLED, with who and when; their logs stay')
    .argument('[id...]', ID)
    .option('-a, --all', 'every job that is under way')
    .addOption(new Option('--force').hideHelp())
    .action(async (ids: string[], _, self: Command) => {
      const { stop } = await import('../jobs/stop');
      const { force, ...options } = self.optsWithGlobals();
      process.exitCode = await stop(ids, { ...options, yes: options.yes ?? force });
    });
}

function rerun(): Command {
  const command = new Command('rerun')
    .alias('retry')
    .description("runs a job's input again with today's settings and the newest commit")
    .argument('[id]', ID)
    .option('--same', 'with the commit, settings, input and package versions of the earlier run')
    .option('--exact', 'the same as --same')
    .option('--set <key=value>', 'another setting for this run; may be given more than once', collect, [])
    .option('--as <id>', 'under another job id, so that the earlier outputs stay')
    .option('--replace', 'also when the job is still under way: the newer run takes its place')
    .option('--missing', 'every input that has no record');
  return waiting(command).action(async (id: string | undefined, _, self: Command) => {
    const { rerun } = await import('../jobs/rerun');
    process.exitCode = await rerun(id, self.optsWithGlobals());
  });
}
