import { Command } from 'commander';
import { collect } from './collect';

const settings = (command: Command) =>
  command
    .option('--set <key=value>', 'overrides a setting; may be given more than once', collect, [])
    .option('--settings <file>', 'settings file (default: settings.yaml, if there is one)');

/** `lambda-ec2 local …`: jobs on this machine, without an AWS account. */
export function localCommand(): Command {
  const local = new Command('local').description(
    'runs whole jobs on this machine, with the Lambda and the runner of AWS',
  );
  settings(local.command('run'))
    .description('runs one job: uploads the input, waits, and puts what the job leaves behind into a folder')
    .option('--app <path-or-url>', "the app's folder or git URL (default: the app of the settings)")
    .requiredOption('--input <file.zip>', 'the input; the job id is its name without .zip')
    .option('--ref <ref>', 'branch, tag or commit (default: what is in front of you)')
    .option('--out <dir>', 'where the output, the logs and the status go', 'out')
    .action(async (_, command: Command) => {
      const { localRun } = await import('../local/local-run');
      process.exitCode = await localRun(command.optsWithGlobals());
    });
  settings(local.command('bake'))
    .description("makes an image with the AMI's own components, from which `local run` then starts")
    .option('--app <path-or-url>', 'an app instead of the one that the settings name')
    .option('--ref <ref>', 'branch, tag or commit (default: what is in front of you)')
    .action(async (_, command: Command) => {
      const { localBake } = await import('../local/local-bake');
      process.exitCode = await localBake(command.optsWithGlobals());
    });
  settings(local.command('up'))
    .description('keeps the endpoints open, so that the AWS CLI and the SDKs talk to this machine')
    .option('--port <port>', 'port of the endpoint (default: any free one)', (text) => Number(text))
    .option('--app <path-or-url>', 'an app instead of the one that the settings name')
    .option('--shell <sh|fish>', 'for which shell the lines are (default: by $SHELL; sh suits bash and zsh)')
    .action(async (_, command: Command) => {
      const { localUp } = await import('../local/local-up');
      process.exitCode = await localUp(command.optsWithGlobals());
    });
  return local;
}
