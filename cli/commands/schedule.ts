import { Command } from 'commander';
import { waiting } from './waiting';

/** `lambda-ec2 schedule …`: the jobs by the clock, which the setting `schedules` names. */
export function scheduleCommand(): Command {
  const schedule = new Command('schedule')
    .alias('schedules')
    .description('the jobs by the clock of the setting `schedules`: lists them, starts one now');
  schedule
    .command('list', { isDefault: true })
    .description('lists the schedules: when each comes next, and whether its input is there')
    .action(async (_, self: Command) => {
      const { listSchedules } = await import('../schedules/list-schedules');
      process.exitCode = await listSchedules(self.optsWithGlobals());
    });
  const run = schedule
    .command('run')
    .description('starts the job of a schedule now, as its time would; says the id of the job')
    .argument('<name>', 'of the schedule')
    .option('--input <file.zip>', "uploads the schedule's input before, for this run and those that follow");
  waiting(run).action(async (name: string, _, self: Command) => {
    const { runSchedule } = await import('../schedules/run-schedule');
    process.exitCode = await runSchedule(name, self.optsWithGlobals());
  });
  return schedule;
}
