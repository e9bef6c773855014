import { Command } from 'commander';

/** `lambda-ec2 ui`: the jobs as a page. */
export function uiCommand(): Command {
  return new Command('ui')
    .aliases(['open', 'dashboard'])
    .description('shows jobs, plots and template versions as a page on this machine; prints its address')
    .option('--open', 'opens it in the browser')
    .option('--html <file>', 'writes the page as one file, or - for standard output, in place of serving it')
    .action(async (_, self: Command) => {
      const { ui } = await import('../ui/ui');
      process.exitCode = await ui(self.optsWithGlobals());
    });
}
