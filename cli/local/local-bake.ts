import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import pc from 'picocolors';
import type { Settings } from '../../contract/settings';
import { UserError } from '../../contract/user-error';
import { pythonVersionProblem } from '../../imagebuilder/python-versions';
import { LocalMachine } from '../../local/machine';
import { type BakedImage, bakeImage } from '../../local/toe/bake-image';
import type { StepResult } from '../../local/toe/run-step';
import { localApp, refuseSecrets } from '../shared/local-app';
import { localSettings } from '../shared/local-settings';
import { print } from '../shared/print';
import { checkRequirements } from '../shared/requirements';
import { keepImage, newImageFolder } from './baked-image';
import { inScratchFolder } from './in-scratch-folder';
import { withOwnSecrets } from './local-secrets';

export interface LocalBakeOptions {
  app?: string;
  ref?: string;
  set: string[];
  settings?: string;
  json?: boolean;
}

/** How much of the output of a failed step is shown. */
const LAST_LINES = 20;

/**
 * `local bake`: an image made by the image document of the AMI, from which `local run` then starts. Returns the exit
 * status: 0 only if every step, tests included, went well.
 *
 * @throws UserError for what the user can fix; what was baked before stays in use then, as after a failed bake.
 */
export async function localBake(options: LocalBakeOptions): Promise<number> {
  checkRequirements();
  const interrupted = 'interrupted: the image that was baked before stays in use';
  return inScratchFolder({ interrupted }, async (signal) => {
    const app = options.app === undefined ? undefined : localApp(options.app, options.ref);
    const given = localSettings({ file: options.settings, app, ref: options.ref, set: options.set });
    refuseSecrets(given);
    // The secrets of the app are none of the bake's.
    const { settings, notes } = withOwnSecrets({ ...given, app_secrets: {} });
    for (const note of notes) process.stderr.write(`${pc.dim(note)}\n`);
    const inAws = pythonVersionProblem(settings.python_version);
    if (inAws)
      process.stderr.write(`${pc.dim(`python_version: ${settings.python_version} is of this machine: ${inAws}`)}\n`);
    const dir = newImageFolder(settings);
    const result = await bake(settings, dir, signal);
    const published = await publish(settings, keepImage(settings, dir));
    print(options.json ? summary(result, published) : describe(published));
    return 0;
  });
}

/** Throws a UserError when a step has failed, with what it said last on standard error. */
async function bake(settings: Settings, dir: string, signal: AbortSignal): Promise<BakedImage> {
  const lines: string[] = [];
  const onStep = (step: StepResult) => process.stderr.write(`${describeStep(step)}\n`);
  const result = await bakeImage({ settings, dir, onLine: (line) => lines.push(line), onStep, signal });
  signal.throwIfAborted();
  for (const warning of result.warnings) process.stderr.write(`${pc.dim(warning)}\n`);
  if (!result.failure) return result;
  process.stderr.write(`${lines.slice(-LAST_LINES).join('\n')}\n`);
  const { phase, step, message } = result.failure;
  throw new UserError(`the bake failed at step ${step} of the ${phase} phase: ${message}; see its last lines above`, 1);
}

interface Published {
  imageId: string;
  /** The launch template's default version; undefined when another has the image. */
  version?: number;
  description: string;
}

/** Hands the image to the publisher, as a finished bake in AWS does, on a machine of its own. */
async function publish(settings: Settings, dir: string): Promise<Published> {
  const machine = await LocalMachine.start({ settings });
  try {
    const imageId = await machine.functions.publish.baked(dir);
    machine.failed.throwIfAborted();
    const { LaunchTemplateVersions: [current] = [] } = await machine.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: machine.templateId, Versions: ['$Default'] }),
    );
    const isOurs = current?.LaunchTemplateData?.ImageId === imageId;
    return {
      imageId,
      version: isOurs ? current.VersionNumber : undefined,
      description: current?.VersionDescription ?? '',
    };
  } finally {
    await machine.close();
  }
}

function describeStep({ phase, step, status, seconds }: StepResult): string {
  const mark = status === 'failed' ? pc.red('✗') : pc.green('✓');
  return `${mark} ${phase.padEnd(6)} ${step.padEnd(12)} ${seconds.toFixed(2).padStart(7)} s`;
}

function describe({ imageId, version, description }: Published): string {
  if (version === undefined) return `image ${imageId} is baked, but the publisher kept another: ${description}\n`;
  const note = description && ` (${description})`;
  return `image ${imageId} is launch template version ${version}, the default${note}; local run starts from it\n`;
}

function summary({ steps, warnings, python }: BakedImage, published: Published): object {
  return { ...published, python, notes: warnings, steps };
}
