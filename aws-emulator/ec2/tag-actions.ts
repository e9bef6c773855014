import { Ec2Error } from './errors';
import { applyFilters } from './filters';
import { findTemplate } from './find-template';
import { findImage } from './images';
import { findInstances } from './instances';
import { page } from './pages';
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

/** Takes tags away: those keys, only where the value is the one given, or without keys all but EC2's own. */
export const deleteTags: Ec2Handler<'DeleteTags'> = (input, world) => {
  const resources = input.Resources.map((id) => findTagged(world, id));
  const goes = (key: string, value: string) =>
    input.Tags?.length
      ? input.Tags.some((tag) => tag.Key === key && (tag.Value ?? value) === value)
      : !key.startsWith('aws:');
  for (const { record } of resources) {
    const kept = Object.entries(record.tags).filter(([key, value]) => !goes(key, value));
    record.tags = Object.fromEntries(kept);
  }
  return {};
};

interface TagRecord {
  ResourceId: string;
  ResourceType: 'image' | 'instance' | 'launch-template';
  Key: string;
  Value: string;
}

/** The tags of all instances, images and launch templates. */
export const describeTags: Ec2Handler<'DescribeTags'> = (input, world) => {
  const { instances, images, templates } = world.state;
  const all: TagRecord[] = [
    ...[...images].flatMap(([id, { tags }]) => tagRecords(id, 'image', tags)),
    ...[...instances].flatMap(([id, { tags }]) => tagRecords(id, 'instance', tags)),
    ...[...templates].flatMap(([id, { tags }]) => tagRecords(id, 'launch-template', tags)),
  ];
  const fields = {
    key: (tag: TagRecord) => tag.Key,
    value: (tag: TagRecord) => tag.Value,
    'resource-id': (tag: TagRecord) => tag.ResourceId,
    'resource-type': (tag: TagRecord) => tag.ResourceType,
  };
  const matching = applyFilters(all, input.Filters, fields, (tag) => ({ [tag.Key]: tag.Value }));
  const idOf = (tag: TagRecord) => `${tag.ResourceId} ${tag.Key}`;
  const { items, NextToken } = page(matching, idOf, input, { min: 5, max: 1000 });
  return { Tags: items, NextToken };
};

function tagRecords(ResourceId: string, ResourceType: TagRecord['ResourceType'], tags: Tags): TagRecord[] {
  return Object.entries(tags).map(([Key, Value]) => ({ ResourceId, ResourceType, Key, Value }));
}

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
