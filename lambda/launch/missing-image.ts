import type { LaunchEnv } from '../../contract/function-env';
import type { EarlierRunSources } from './earlier-run';
import { type Ec2Error, ec2Error, ec2Message, judgeError } from './errors';
import type { Outcome } from './outcome';
import { imageOfVersion, type VersionImage } from './version-image';

/**
 * What a launch that EC2 has refused for good comes to when that is for lack of an image; undefined when it is not.
 *
 * The default version gets its image from a bake or from the publisher, so its jobs wait; a version that a key asks for
 * never changes. `aboutImage`: EC2 said itself that it is the image.
 */
export async function judgeMissingImage(
  { ec2, env }: Pick<EarlierRunSources, 'ec2'> & { env: LaunchEnv },
  asked: string | undefined,
  refusal: Ec2Error,
  aboutImage: boolean,
): Promise<Outcome | undefined> {
  let image: VersionImage;
  try {
    image = await imageOfVersion(ec2, env.templateId, asked);
  } catch (error) {
    return notVisible(asked, refusal, ec2Error(error), aboutImage);
  }
  if (image.kind === 'there' && image.state === 'available' && !aboutImage) return undefined;
  return asked === undefined ? wait(image, refusal) : fail(image, refusal);
}

function wait(image: VersionImage, refusal: Ec2Error): Outcome {
  return {
    kind: 'wait',
    reason: 'NO_IMAGE',
    pace: 'capacity',
    message: `${waitMessage(image)} (${ec2Message(refusal)})`,
  };
}

function waitMessage(image: VersionImage): string {
  const version = `launch template version ${image.version}, the default,`;
  switch (image.kind) {
    case 'none':
      return `${version} has no image yet; the job starts after the next good bake, see lambda-ec2 bake list`;
    case 'gone':
      return `the image ${image.imageId} of ${version} does not exist any more; the job starts when the version after it has one, within the hour if there is another good image, else after a bake: lambda-ec2 bake`;
    case 'there':
      return `the image ${image.imageId} of ${version} is ${image.state}, and EC2 does not launch it yet`;
  }
}

function fail(image: VersionImage, refusal: Ec2Error): Outcome {
  return { kind: 'fail', reason: 'NO_IMAGE', message: `${failMessage(image)} (${ec2Message(refusal)})` };
}

function failMessage(image: VersionImage): string {
  const version = `launch template version ${image.version}`;
  switch (image.kind) {
    case 'none':
      return `${version} has no image; upload again with a version that has one`;
    case 'gone':
      return `the image ${image.imageId} of ${version} does not exist any more; upload again with a version whose image exists`;
    case 'there':
      return `EC2 does not launch the image ${image.imageId} of ${version}, which is ${image.state}; upload again later or with another version`;
  }
}

/** A lookup that may succeed later is a reason to wait; one that is denied leaves EC2's refusal as it is. */
function notVisible(
  asked: string | undefined,
  refusal: Ec2Error,
  lookupError: Ec2Error,
  aboutImage: boolean,
): Outcome | undefined {
  const mayPass = judgeError(lookupError).kind === 'wait';
  if (!mayPass && !aboutImage) return undefined;
  const message = `EC2 refused the launch (${ec2Message(refusal)}), and whether the launch template version has an image could not be seen (${ec2Message(lookupError)})`;
  if (mayPass || asked === undefined) return { kind: 'wait', reason: 'NO_IMAGE', pace: 'capacity', message };
  return { kind: 'fail', reason: 'NO_IMAGE', message };
}
