import type {
  CreateTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  TagDescription,
} from '@aws-sdk/client-ec2';
import { Ec2Error, missingParameter } from './errors';
import { applyFilters } from './filters';
import { findTemplate } from './find-template';
import { findImage } from './images';
import { findInstances } from './instances';
import { page } from './pages';
import { checkMetadataKeys, checkTagCount, readTags, type Tags } from './tags';
import type { World } from './world';

interface Tagged {
  record: { tags: Tags };
  /** Must a key be one that instance metadata can show? */
  inMetadata: boolean;
}

/** Adds tags to instances, images and launch templates, or replaces their values: to all of them or, on an error, none. */
export function createTags(world: World, input: CreateTagsRequest): object {
  if (!input.Resources?.length) throw missingParameter('ResourceId.1');
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
}

export function describeTags(world: World, input: DescribeTagsRequest): DescribeTagsResult {
  const { instances, images, templates } = world.state;
  const all: TagDescription[] = [
    ...[...instances.values()].flatMap((i) => descriptions('instance', i.id, i.tags)),
    ...[...images.values()].flatMap((i) => descriptions('image', i.id, i.tags)),
    ...[...templates.values()].flatMap((t) => descriptions('launch-template', t.id, t.tags)),
  ];
  const matching = applyFilters(
    all,
    input.Filters,
    {
      key: (t) => t.Key,
      value: (t) => t.Value,
      'resource-id': (t) => t.ResourceId,
      'resource-type': (t) => t.ResourceType,
    },
    (t) => ({ [t.Key ?? '']: t.Value ?? '' }),
  );
  const { items, NextToken } = page(matching, (t) => `${t.ResourceId} ${t.Key}`, input, {
    min: 5,
    max: 1000,
    default: 1000,
  });
  return { Tags: items, NextToken };
}

function descriptions(ResourceType: ResourceType, ResourceId: string, tags: Tags): TagDescription[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value, ResourceId, ResourceType }));
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
