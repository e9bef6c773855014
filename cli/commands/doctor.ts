import { Command } from 'commander';

/** `lambda-ec2 doctor`: what is wrong with the system, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('looks at all that a job needs, reads only, and says what is wrong and what to do')
    .option('--fix', 'then puts right what it can: the index of jobs, a pipeline that was switched off')
    .action(async (_, command: Command) => {
      const { doctor } = await import('../doctor/doctor');
      process.exitCode = await doctor(command.optsWithGlobals());
      // A request that nobody answers must not keep the command for longer than the checks waited for it.
      setTimeout(() => process.exit(), 200).unref();
    });
}
