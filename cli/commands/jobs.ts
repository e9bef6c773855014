import { Command } from 'commander';

const ID = 'whole, a unique beginning, or - for the newest';

/** The commands about jobs. */
export function jobCommands(): Command[] {
  return [list(), show(), logs()];
}

function list(): Command {
  return new Command('list')
    .aliases(['jobs', 'ps', 'ls'])
    .description('lists jobs: those under way and the last ten that have ended')
    .option('-n, --limit <n>', 'how many of those that have ended')
    .option('--status <state>', 'only those in that state: WAITING, RUNNING, SUCCEEDED, FAILED, or a reason')
    .option('--failed', 'only those that failed')
    .option('--since <duration>', 'all of that time, such as 12h or 7d')
    .option('-w, --watch', 'shows it again whenever it changes, until interrupted')
    .option('--missing', 'lists the inputs that have no record')
    .action(async (_, self: Command) => {
      const { list } = await import('../jobs/list');
      process.exitCode = await list(self.optsWithGlobals());
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
    .option('-n, --tail <n>', 'only the last lines')
    .option('--since <duration>', 'only lines of that time, such as 10m')
    .option('--timestamps', 'leaves the time before each line')
    .action(async (id: string | undefined, _, self: Command) => {
      const { logs } = await import('../jobs/logs');
      process.exitCode = await logs(id, self.optsWithGlobals());
    });
}
