import type { ImageInfo, TemplateState, TemplateVersion } from '../../../lambda/publish/template';

/** An AMI of nobody's bake, unless told otherwise. */
export const image = (more: Partial<ImageInfo> = {}): ImageInfo => ({ id: 'ami-1', created: '2026-11-01', ...more });

/** The tags that a launch template version gives to what it starts. */
export const tagged = (tags: Record<string, string>, ResourceType: 'instance' | 'volume' = 'instance') => ({
  TagSpecifications: [{ ResourceType, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
});

/** A version without a description is CloudFormation's or, with an AMI, Image Builder's. */
export const version = (number: number, data: TemplateVersion['data'] = {}, description = ''): TemplateVersion => ({
  number,
  description,
  data,
});

/** The launch template as the publisher has read it. */
export const template = (versions: TemplateVersion[], images: ImageInfo[] = [], defaultVersion = 1): TemplateState => ({
  defaultVersion,
  versions,
  images: new Map(images.map((one) => [one.id, one])),
});
