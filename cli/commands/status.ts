import { Command } from 'commander';

/** `lambda-ec2 status`: the system on one screen; with an id, the job as `show` has it. */
export function statusCommand(): Command {
  return new Command('status')
    .description('shows the system: default version, bakes, jobs, alarms; with an id that job, as `show` does')
    .argument('[id]', 'a job: whole, a unique beginning, or - for the newest')
    .action(async (id: string | undefined, _, command: Command) => {
      const options = command.optsWithGlobals();
      if (id === undefined) {
        const { status } = await import('../status/status');
        process.exitCode = await status(options);
      } else {
        const { show } = await import('../jobs/show');
        process.exitCode = await show(id, options);
      }
    });
}
