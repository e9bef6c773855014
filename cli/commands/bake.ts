import { Command } from 'commander';
import { UserError } from '../../contract/user-error';

/** `lambda-ec2 bake …`: the image of a deployed stack. */
export function bakeCommand(): Command {
  const bake = new Command('bake')
    .description('bakes the image of the deployed stack anew')
    .option('--wait', 'stays until the image is there, and says which launch template version it became')
    .action(async (_, command: Command) => {
      const { startBake } = await import('../bake/start-bake');
      process.exitCode = await startBake(command.optsWithGlobals());
    });
  // A command's own options are those of `bake`; --wait alone is about starting one.
  const optionsOf = (command: Command) => {
    const { wait, ...options } = command.optsWithGlobals();
    if (wait) throw new UserError(`--wait: bake ${command.name()} waits for nothing; leave it out`);
    return options;
  };
  bake
    .command('list')
    .description('lists the bakes, newest first')
    .action(async (_, command: Command) => {
      const { printBakes } = await import('../bake/list-bakes');
      process.exitCode = await printBakes(optionsOf(command));
    });
  bake
    .command('show [id]')
    .description('shows a bake (default: the newest), and for a failed one the step and the end of its log')
    .action(async (id: string | undefined, _, command: Command) => {
      const { showBake } = await import('../bake/show-bake');
      process.exitCode = await showBake(id, optionsOf(command));
    });
  bake
    .command('cancel [id]')
    .description('ends a bake that is under way (default: the newest)')
    .action(async (id: string | undefined, _, command: Command) => {
      const { cancelBake } = await import('../bake/cancel-bake');
      process.exitCode = await cancelBake(id, optionsOf(command));
    });
  return bake;
}
