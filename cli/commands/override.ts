import { Command } from 'commander';

/** `lambda-ec2 override`: other settings for the next jobs, without a deploy. */
export function overrideCommand(): Command {
  return new Command('override')
    .description('writes a launch template version with other settings and makes it the default')
    .argument('<name=value...>', 'settings of the app, or instance_type; an empty value brings the default back')
    .option('--try', 'writes the version only, to be tried on one job')
    .option('--note <text>', 'why, as the description of the version')
    .option('--stack <name>', 'the deployed stack (default: the name in settings.yaml)')
    .option('--template-id <id>', 'the launch template of a system that is not found by its stack, such as `local up`')
    .option('--json', 'prints the version as JSON, as the only thing on standard output')
    .action(async (words, options) => {
      const { override } = await import('../override/override');
      process.exitCode = await override(words, options);
    });
}
