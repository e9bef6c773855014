import { randomUUID } from 'node:crypto';
import { StartImagePipelineExecutionCommand } from '@aws-sdk/client-imagebuilder';
import { EXIT, UserError } from '../../contract/user-error';
import { errorMessage } from '../../lambda/shared/error-message';
import { commandLine } from '../shared/command-line';
import { interruptible } from '../shared/interrupt';
import { print } from '../shared/print';
import { BakeProgress, minutes } from './bake-progress';
import { formatReport, reportOf } from './bake-report';
import { bakeResult } from './bake-result';
import { bakeId, getBake } from './bakes';
import { type BakeContext, type PipelineOptions, withPipeline } from './context';
import { followBake } from './follow-bake';
import { versionOfImage } from './template-version';
import { usualSeconds } from './workflows';

export type StartOptions = PipelineOptions & {
  wait?: boolean;
};

/** Between two questions to Image Builder; the variable is for those who pay for each. */
const pollMs = () => (Number(process.env.LAMBDA_EC2_POLL_SECONDS) || 15) * 1000;

/**
 * `bake`: starts the pipeline and, with `--wait`, follows it to its end. Returns the exit status: 0 for a bake that was
 * started or that gave an image, 1 for one that did not.
 *
 * @throws UserError when AWS refuses; with exit status 130 when interrupted and 3 when AWS gives no more answers: the
 * bake goes on then.
 */
export function startBake(options: StartOptions): Promise<number> {
  return interruptible((interrupt) => withPipeline(options, (context) => startAndFollow(context, options, interrupt)));
}

async function startAndFollow(context: BakeContext, options: StartOptions, interrupt: AbortSignal): Promise<number> {
  if (interrupt.aborted) throw new UserError('interrupted: no bake was started', EXIT.interrupted);
  const { imagebuilder, pipelineArn } = context;
  const answer = await imagebuilder.send(
    new StartImagePipelineExecutionCommand({ imagePipelineArn: pipelineArn, clientToken: randomUUID() }),
  );
  const arn = answer.imageBuildVersionArn ?? '';
  if (options.wait) return follow(context, arn, interrupt, options.json);
  const bake = await getBake(context, arn);
  print(
    options.json
      ? bakeResult(bake)
      : `bake ${bake.id} has begun; ${commandLine(context, 'bake', 'show', bake.id)} tells how it goes\n`,
  );
  return 0;
}

async function follow(context: BakeContext, arn: string, interrupt: AbortSignal, json?: boolean): Promise<number> {
  const id = bakeId(arn);
  // For the progress alone: a bake is followed without it as well.
  const usual = await usualSeconds(context).catch(() => ({}));
  const progress = new BakeProgress(usual);
  try {
    const options = { pollMs: pollMs(), signal: interrupt };
    progress.line(`bake ${id} has begun; ${expectation(usual)}`);
    const bake = await followBake(context, arn, { ...options, onState: (...change) => progress.state(...change) });
    const report = await reportOf(context, bake, (imageId) => versionOfImage(context, imageId, options));
    progress.done();
    print(json ? bakeResult(report) : formatReport(report));
    return bake.status === 'AVAILABLE' ? 0 : 1;
  } catch (error) {
    const next = `${commandLine(context, 'bake', 'show', id)} tells how it goes, ${commandLine(context, 'bake', 'cancel', id)} ends it`;
    if (interrupt.aborted) throw new UserError(`interrupted: the bake ${id} goes on; ${next}`, EXIT.interrupted);
    throw new UserError(`the bake ${id} goes on, out of sight: ${errorMessage(error)}; ${next}`, EXIT.unknown);
  } finally {
    progress.done();
  }
}

function expectation(usual: Record<string, number>): string {
  const total = Object.values(usual).reduce((sum, seconds) => sum + seconds, 0);
  return total > 0 ? `the last good one took ${minutes(total)}` : 'the first one takes 30 to 60 minutes';
}
