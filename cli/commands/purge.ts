import { Command } from 'commander';

/** `lambda-ec2 purge`: what `cdk destroy` does not remove. */
export function purgeCommand(): Command {
  return new Command('purge')
    .description('removes what `cdk destroy` leaves: images, snapshots and logs; the job bucket only by its name')
    .option('--bucket <name>', 'also the job bucket, with every input, output and log of all jobs')
    .action(async (_, command: Command) => {
      const { purge } = await import('../purge/purge');
      process.exitCode = await purge(command.optsWithGlobals());
    });
}
