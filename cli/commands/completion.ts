import { Argument, Command } from 'commander';

/** `lambda-ec2 completion`: the script that a shell completes our commands with. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('prints a script that completes commands with the Tab key: source <(lambda-ec2 completion bash)')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { SCRIPTS } = await import('../completion/scripts');
      process.stdout.write(SCRIPTS[shell]);
    });
}

/** `lambda-ec2 complete`: what the shells ask at each Tab. No person types it. */
export function completeCommand(): Command {
  return new Command('complete')
    .arguments('<shell> [words...]')
    .action(async (shell: string, words: string[], _, self: Command) => {
      const { complete } = await import('../completion/complete');
      const lines = await complete(self.parent as Command, shell, words);
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    });
}
