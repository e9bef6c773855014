import type { Command } from 'commander';

/** What a command takes that may stay until the job has ended. */
export const waiting = (command: Command) =>
  command
    .option('--wait', 'stays until the job has ended, and downloads what it left')
    .option('-f, --follow', 'the same, with the lines of its log')
    .option('-o, --out <dir>', 'with --wait or -f: where outputs, logs and status go (default: out)')
    .option('--timeout <duration>', 'with --wait or -f: how long to stay, such as 2h')
    .option('-d, --detach', 'does not stay, which is so without it as well');
