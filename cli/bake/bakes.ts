import { GetImageCommand, paginateListImagePipelineImages } from '@aws-sdk/client-imagebuilder';
import { FINAL_BAKE_STATES } from '../../contract/bake-states';
import { EXIT, UserError } from '../../contract/user-error';
import { commandLine } from '../shared/command-line';
import type { BakeContext } from './context';

/** One bake: an image build version of the pipeline. */
export interface Bake {
  arn: string;
  /** As people call it, `1.0.3/1`: version of the recipe, number of the build. */
  id: string;
  status: string;
  reason?: string;
  created: string;
  /** In the Region of the stack; once distributed. */
  imageId?: string;
  logGroup?: string;
}

/** Whether a bake has ended, well or not: its state does not change any more. */
export const isFinal = ({ status }: Bake) => FINAL_BAKE_STATES.includes(status);

interface ImageFields {
  arn?: string;
  dateCreated?: string;
  state?: { status?: string; reason?: string };
  outputResources?: { amis?: { region?: string; image?: string }[] };
  loggingConfiguration?: { logGroupName?: string };
}

/** As people call the bake of an image build version. */
export const bakeId = (arn: string) => arn.split('/').slice(-2).join('/');
const regionOf = (arn: string) => arn.split(':')[3];

function toBake({ arn = '', dateCreated = '', state, outputResources, loggingConfiguration }: ImageFields): Bake {
  const imageId = outputResources?.amis?.find(({ region }) => region === regionOf(arn))?.image;
  return {
    arn,
    id: bakeId(arn),
    status: state?.status ?? 'PENDING',
    created: dateCreated,
    reason: state?.reason,
    imageId,
    logGroup: loggingConfiguration?.logGroupName,
  };
}

/** One bake as it is now. Throws the SDK's error. */
export async function getBake({ imagebuilder }: BakeContext, arn: string): Promise<Bake> {
  const { image } = await imagebuilder.send(new GetImageCommand({ imageBuildVersionArn: arn }));
  return toBake({ ...image, arn: image?.arn ?? arn });
}

/** All bakes of the pipeline, newest first. */
export async function listBakes({ imagebuilder, pipelineArn }: BakeContext): Promise<Bake[]> {
  const bakes: Bake[] = [];
  const pages = paginateListImagePipelineImages({ client: imagebuilder }, { imagePipelineArn: pipelineArn });
  for await (const { imageSummaryList = [] } of pages) bakes.push(...imageSummaryList.map(toBake));
  return bakes.sort((a, b) => b.created.localeCompare(a.created) || b.id.localeCompare(a.id, 'en', { numeric: true }));
}

/**
 * The bake that a user means: an id, an ARN, or without a word the newest.
 *
 * @throws UserError when there is no such bake
 */
export async function findBake(context: BakeContext, id: string | undefined): Promise<Bake> {
  const bakes = await listBakes(context);
  const found = id === undefined ? bakes[0] : bakes.find((bake) => bake.id === id || bake.arn === id);
  if (found) return getBake(context, found.arn);
  if (id === undefined) {
    throw new UserError(
      `${context.name} was never baked: start with ${commandLine(context, 'bake', '--wait')}`,
      EXIT.missing,
    );
  }
  throw new UserError(`there is no bake ${id}: ${commandLine(context, 'bake', 'list')} shows them`, EXIT.missing);
}
