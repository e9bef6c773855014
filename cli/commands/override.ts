import { Command } from 'commander';

/** `lambda-ec2 override`: other settings for the next jobs, without a deploy. */
export function overrideCommand(): Command {
  return new Command('override')
    .description('writes a launch template version with other settings and makes it the default')
    .argument('<name=value...>', 'settings of the app, or instance_type; an empty value brings the default back')
    .option('--try', 'writes the version only, to be tried on one job')
    .option('--note <text>', 'why, as the description of the version')
    .option('--template-id <id>', 'the launch template of a system that is not found by its stack, such as `local up`')
    .action(async (words: string[], _, command: Command) => {
      const { override } = await import('../override/override');
      process.exitCode = await override(words, command.optsWithGlobals());
    });
}
