import {
  GetImagePipelineCommand,
  GetInfrastructureConfigurationCommand,
  type ImagebuilderClient,
  UpdateInfrastructureConfigurationCommand,
} from '@aws-sdk/client-imagebuilder';

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
 * Moves the bakes of a pipeline to the subnet behind the present one in this list, and from the last to the first.
 * Returns the subnet; undefined when that was the last, after which whoever goes on would go round for ever.
 *
 * An infrastructure configuration has one subnet, and an update replaces all of it. Throws the SDK's error.
 */
export async function moveToNextSubnet(
  client: ImagebuilderClient,
  imagePipelineArn: string,
  subnetIds: readonly string[],
): Promise<string | undefined> {
  const { imagePipeline } = await client.send(new GetImagePipelineCommand({ imagePipelineArn }));
  const infrastructureConfigurationArn = imagePipeline?.infrastructureConfigurationArn;
  const found = await client.send(new GetInfrastructureConfigurationCommand({ infrastructureConfigurationArn }));
  const { arn, name, dateCreated, dateUpdated, tags, subnetId, instanceProfileName, ...kept } =
    found.infrastructureConfiguration ?? {};
  const next = subnetIds.indexOf(subnetId ?? '') + 1;
  const to = subnetIds[next] ?? subnetIds[0];
  if (to === undefined || to === subnetId) return undefined;
  const changed = { ...kept, instanceProfileName, infrastructureConfigurationArn, subnetId: to };
  await client.send(new UpdateInfrastructureConfigurationCommand(changed));
  return next < subnetIds.length ? to : undefined;
}
