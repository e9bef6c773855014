import { Ec2Error } from './errors';
import { findTemplate } from './find-template';
import { findImage } from './images';
import { findInstances } from './instances';
import { checkMetadataKeys, checkTagCount, readTags, type Tags } from './tags';
import type { Ec2Handler, World } from './world';

interface Tagged {
  record: { tags: Tags };
  /** Must a key be one that instance metadata can show? */
  inMetadata: boolean;
}

/**
 * Adds tags to instances, images and launch templates, or replaces their values: to all of them or, on an error, none.
 */
export const createTags: Ec2Handler<'CreateTags'> = (input, world) => {
  const added = readTags(input.Tags);
  const resources = input.Resources.map((id) => findTagged(world, id));
  const changes = resources.map((resource) => {
    const tags = { ...resource.record.tags, ...added };
    checkTagCount(tags);
    if (resource.inMetadata) checkMetadataKeys(added);
    return () => Object.assign(resource.record, { tags });
  });
  for (const apply of changes) apply();
  return {};
};

function findTagged(world: World, id: string): Tagged {
  if (id.startsWith('i-')) {
    const [record] = findInstances(world, [id]);
    const inMetadata = record?.parameters.MetadataOptions?.InstanceMetadataTags === 'enabled';
    if (record) return { record, inMetadata };
  }
  if (id.startsWith('ami-')) return { record: findImage(world, id), inMetadata: false };
  if (id.startsWith('lt-')) return { record: findTemplate(world, { LaunchTemplateId: id }), inMetadata: false };
  throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
}
