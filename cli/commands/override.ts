import { Command } from 'commander';

/** What `override` and `settings set` take. */
export function setOptions(command: Command): Command {
  return command
    .argument('<name=value...>', 'settings of the app, or instance_type; an empty value brings the default back')
    .option('--try', 'writes the version only, to be tried on one job')
    .option('--note <text>', 'why, as the description of the version')
    .option('--template-id <id>', 'the launch template of a system that is not found by its stack');
}

/** `lambda-ec2 override`: `settings set` by its first name. */
export function overrideCommand(): Command {
  return setOptions(new Command('override'))
    .description('the same as `settings set`')
    .action(async (words: string[], _, command: Command) => {
      const { override } = await import('../override/override');
      process.exitCode = await override(words, command.optsWithGlobals());
    });
}
