import type { ArchitectureValues, Image } from '@aws-sdk/client-ec2';
import { Ec2Error } from './errors';
import { applyFilters } from './filters';
import { isId } from './ids';
import { page } from './pages';
import type { ImageRecord } from './state';
import { tagSet } from './tags';
import type { Ec2Handler, World } from './world';

/** @throws Ec2Error `InvalidAMIID.Malformed` or `InvalidAMIID.NotFound` */
export function findImage(world: World, imageId: string): ImageRecord {
  if (!isId('ami', imageId)) {
    throw new Ec2Error('InvalidAMIID.Malformed', `Invalid id: "${imageId}" (expecting "ami-...")`);
  }
  const found = world.state.images.get(imageId);
  if (found) return found;
  throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${imageId}]' does not exist`);
}

/** Every image here belongs to the account: `Owners` is a filter that `self` and the account id pass. */
export const describeImages: Ec2Handler<'DescribeImages'> = (input, world) => {
  const named = input.ImageIds?.map((id) => findImage(world, id)) ?? [...world.state.images.values()];
  const own = !input.Owners?.length || input.Owners.some((owner) => owner === 'self' || owner === world.accountId);
  const matching = applyFilters(
    own ? named : [],
    input.Filters,
    { 'image-id': (i) => i.id, name: (i) => i.name, state: () => 'available' },
    (i) => i.tags,
  );
  const { items, NextToken } = page(matching, (i) => i.id, input, { min: 1, max: 1000 });
  return { Images: items.map((image) => imageAnswer(world, image)), NextToken };
};

/** Takes an image away. Instances that were launched from it go on; its folder is its owner's to delete. */
export const deregisterImage: Ec2Handler<'DeregisterImage'> = ({ ImageId }, world) => {
  world.state.images.delete(findImage(world, ImageId).id);
  return { Return: true };
};

/** `x86_64` when an image does not name one. */
export function architectureOf({ architecture = 'x86_64' }: Pick<ImageRecord, 'architecture'>): ArchitectureValues {
  return architecture;
}

function imageAnswer(world: World, image: ImageRecord): Image {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    CreationDate: image.createTime,
    State: 'available',
    OwnerId: world.accountId,
    ImageLocation: `${world.accountId}/${image.name}`,
    Public: false,
    Architecture: architectureOf(image),
    ImageType: 'machine',
    VirtualizationType: 'hvm',
    RootDeviceType: 'ebs',
    RootDeviceName: '/dev/xvda',
    ImdsSupport: 'v2.0',
    Tags: tagSet(image.tags),
  };
}
