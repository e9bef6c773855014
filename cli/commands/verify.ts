import { Command } from 'commander';

/** `lambda-ec2 verify`: one job through a deployed stack, or through this machine. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('runs the example job through the whole system and checks every promise')
    .option('--example', 'the deployed app is the example app: checks what its output says too')
    .option('--input <file.zip>', 'an input for the deployed app in place of the one of the example app')
    .option('--timeout <duration>', 'how long the job may take, waiting included', '1h')
    .option('--bucket <name>', 'with the next two: a system that is not found by its stack, such as `local up`')
    .option('--template-id <id>', 'its launch template')
    .option('--dead-letter-queue-url <url>', 'its dead-letter queue')
    .action(async (_, command: Command) => {
      const { verify } = await import('../verify/verify');
      process.exitCode = await verify(command.optsWithGlobals());
    });
}
