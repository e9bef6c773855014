import {
  GetImageCommand,
  GetImagePipelineCommand,
  GetInfrastructureConfigurationCommand,
  type ImagebuilderClient,
  TagResourceCommand,
  UpdateInfrastructureConfigurationCommand,
} from '@aws-sdk/client-imagebuilder';
import { NO_ROOM_TAG } from '../../contract/tags';

/**
 * EC2's words for a subnet that has no room for an instance, which Image Builder hands down as the reason of a failed
 * bake: InsufficientInstanceCapacity, Unsupported and InsufficientFreeAddressesInSubnet ("Error codes for the Amazon EC2
 * API"; the sentences as in public reports of them).
 */
const NO_ROOM =
  /InsufficientInstanceCapacity|sufficient \S+ capacity|not supported in your requested Availability Zone|InsufficientFreeAddresses|not enough free addresses/i;

/** Whether a bake failed for want of room where it was to run. */
export function hadNoRoom(reason: string): boolean {
  return NO_ROOM.test(reason);
}

/**
 * Moves the bakes of a pipeline from the subnet in which this bake found no room to the one behind it in this list, and
 * from the last to the first. Returns the subnet; undefined when that was the last, after which whoever goes on would go
 * round for ever. Done again for the same bake it moves nothing further, and returns the same.
 *
 * An infrastructure configuration has one subnet, and an update replaces all of it. Throws the SDK's error.
 */
export async function moveToNextSubnet(
  client: ImagebuilderClient,
  imagePipelineArn: string,
  subnetIds: readonly string[],
  buildArn: string,
): Promise<string | undefined> {
  const { imagePipeline = {} } = await client.send(new GetImagePipelineCommand({ imagePipelineArn }));
  const { infrastructureConfigurationArn } = imagePipeline;
  const found = await client.send(new GetInfrastructureConfigurationCommand({ infrastructureConfigurationArn }));
  const { arn, name, dateCreated, dateUpdated, tags, subnetId, instanceProfileName, ...kept } =
    found.infrastructureConfiguration ?? {};
  const present = subnetId ?? '';
  const from = await subnetWithoutRoom(client, buildArn, present);
  const next = subnetIds.indexOf(from) + 1;
  const to = subnetIds[next] ?? subnetIds[0];
  if (to === undefined || to === from) return undefined;
  if (present === from) {
    const changed = { ...kept, instanceProfileName, infrastructureConfigurationArn, subnetId: to };
    await client.send(new UpdateInfrastructureConfigurationCommand(changed));
  }
  return next < subnetIds.length ? to : undefined;
}

/** Where a bake found no room: the subnet of the present, unless it was marked before the bakes were moved. */
async function subnetWithoutRoom(client: ImagebuilderClient, buildArn: string, present: string): Promise<string> {
  const { image = {} } = await client.send(new GetImageCommand({ imageBuildVersionArn: buildArn }));
  const marked = image.tags?.[NO_ROOM_TAG];
  if (marked !== undefined) return marked;
  await client.send(new TagResourceCommand({ resourceArn: buildArn, tags: { [NO_ROOM_TAG]: present } }));
  return present;
}
