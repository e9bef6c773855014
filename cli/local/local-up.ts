import { once } from 'node:events';
import type { Settings } from '../../contract/settings';
import { UserError } from '../../contract/user-error';
import { type JobUnderWay, watchUploads } from '../../local/jobs-under-way';
import { LocalMachine } from '../../local/machine';
import { refuseSecondMachine } from '../../local/machine-file';
import { localApp } from '../shared/local-app';
import { localSettings } from '../shared/local-settings';
import { checkRequirements } from '../shared/requirements';
import { announce } from './announce';
import { inScratchFolder } from './in-scratch-folder';
import { SHELLS, type Shell, shellLines, shellOf } from './shell-lines';

export interface LocalUpOptions {
  port?: number;
  set: string[];
  settings?: string;
  app?: string;
  shell?: Shell;
}

/** `local up`: the endpoints until Ctrl-C; then everything is gone. Returns the exit status. */
export async function localUp(options: LocalUpOptions): Promise<number> {
  checkRequirements();
  const port = options.port ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError(`--port ${options.port}: give a port from 1 to 65535`);
  }
  const shell = options.shell ?? shellOf(process.env);
  if (!SHELLS.includes(shell))
    throw new UserError(`--shell ${shell}: give one of ${SHELLS.join(', ')}; sh suits bash and zsh`);
  refuseSecondMachine(port);
  const interrupted = 'interrupted before everything was up: nothing is left';
  return inScratchFolder({ interrupted }, async (signal) => {
    const app = options.app === undefined ? undefined : localApp(options.app);
    const settings = localSettings({ file: options.settings, app, set: options.set });
    const onLine = (line: string) => process.stderr.write(`${line}\n`);
    const machine = await LocalMachine.start({ settings, port, onLine, signal }).catch((error) => {
      throw portProblem(error, port) ?? error;
    });
    await whileAnnounced(machine, settings, shell, signal).finally(() => machine.close());
    return 0;
  });
}

/** Until the signal says so. */
async function whileAnnounced(
  machine: LocalMachine,
  settings: Settings,
  shell: Shell,
  signal: AbortSignal,
): Promise<void> {
  const underWay = watchUploads(machine.services.events);
  const conceal = announce(machine, settings);
  try {
    process.stdout.write(`${shellLines(machine.environment, shell).join('\n')}\n`);
    for (const warning of machine.warnings) process.stderr.write(`${warning}\n`);
    process.stderr.write(`${help(machine)}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    const cutOff = await underWay(machine.s3, machine.bucket);
    if (cutOff.length > 0) process.stderr.write(`${describeCutOff(cutOff)}\n`);
  } finally {
    conceal();
  }
}

const SHOWN = 10;

function describeCutOff(jobs: JobUnderWay[]): string {
  const shown = jobs.slice(0, SHOWN).map(({ jobId, state }) => `${jobId} (${state ?? 'no record yet'})`);
  const more = jobs.length > SHOWN ? ` and ${jobs.length - SHOWN} more` : '';
  return (
    `cut off under way: ${shown.join(', ')}${more}; their instances are ended, and as of all jobs of this machine ` +
    'nothing is kept: submit the inputs again when it is up'
  );
}

function portProblem(error: unknown, port: number): UserError | undefined {
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') return new UserError(`--port ${port}: port ${port} is taken; give another one or none`);
  if (code === 'EACCES') return new UserError(`--port ${port}: only root may use it; give one above 1023 or none`);
  return undefined;
}

function help({ bucket, templateId, environment }: LocalMachine): string {
  return [
    '',
    'In another terminal, for instance:',
    '  lambda-ec2 submit INPUT.zip --local',
    '  lambda-ec2 list --local',
    'Other clients need the lines above, pasted into their terminal; then every upload starts a job:',
    `  aws s3 cp INPUT.zip s3://${bucket}/app_runner/input/INPUT.zip`,
    'The AWS CLI goes by them from versions 1.29 and 2.13 on. An older one calls AWS itself, unless each command has',
    `  --endpoint-url ${environment.AWS_ENDPOINT_URL}`,
    `The launch template is ${templateId}.`,
    'Ctrl-C ends everything.',
  ].join('\n');
}
