import { defaultsSoFar, defaultsTag } from '../../../cli/settings/defaults';
import { DEFAULTS_TAG } from '../../../contract/tags';
import { describeVersion } from '../../../lambda/publish/description';
import type { ImageInfo, TemplateState } from '../../../lambda/publish/template';

const BAKED: ImageInfo = { id: 'ami-1', created: '', buildArn: 'arn:aws:imagebuilder:r:1:image/jobs/1.0.0/1' };

/** A template whose versions, from 1 on, have these descriptions; an empty one without an image is CloudFormation's. */
function template(defaultVersion: number, descriptions: string[], imageless: number[] = []): TemplateState {
  const versions = descriptions.map((description, at) => ({
    number: at + 1,
    description,
    data: { InstanceType: `m7i.${at}` as never, ImageId: imageless.includes(at + 1) ? undefined : 'ami-0' },
  }));
  return { defaultVersion, versions, images: new Map() };
}

test.each([
  ['the tag alone', template(9, [], []), '4 7 9', [4, 7, 9]],
  ['a version that was the default twice', template(5, []), '4 5 9 5', [4, 5, 9, 5]],
  ['a roll-back that was not finished: the tag says more', template(9, []), '5 9 5', [5, 9]],
  ['a default that the tag does not know', template(9, []), '4 7', [9]],
  ['nothing but the first version', template(1, ['']), '', [1]],
])('the defaults so far by %s', (_, state, tag, expected) => {
  expect(defaultsSoFar(state, tag)).toEqual(expected);
});

test('what the publisher did since is known by its descriptions', () => {
  const bake = describeVersion({ writer: 'bake', settingsOf: 2 }, 'ami-2');
  const deploy = describeVersion({ writer: 'deploy', settingsOf: 4, imageOf: 3, after: 3 });
  expect(defaultsSoFar(template(5, ['', 'override: a=b', bake, '', deploy], [4]), '1 2')).toEqual([1, 2, 3, 5]);
});

test("a candidate of Image Builder's came after the version whose settings it has", () => {
  const data = { InstanceType: 'm7i.large' } as const;
  const versions = [
    { number: 1, description: 'first', data: { ...data, ImageId: 'ami-0' } },
    { number: 2, description: '', data: { ...data, ImageId: 'ami-1' } },
  ];
  expect(defaultsSoFar({ defaultVersion: 2, versions, images: new Map([['ami-1', BAKED]]) }, '')).toEqual([1, 2]);
});

test('a version by hand came after the only one that can have been the default', () => {
  const deployed = describeVersion({ writer: 'deploy', settingsOf: 1 });
  expect(defaultsSoFar(template(3, ['', deployed, 'by hand'], [1]), '')).toEqual([1, 2, 3]);
});

test('of two versions by hand nobody knows whether the first was the default', () => {
  expect(defaultsSoFar(template(3, ['first', 'by hand', 'by hand']), '')).toEqual([3]);
});

test('a description that somebody made up ends nowhere', () => {
  const loop = describeVersion({ writer: 'bake', settingsOf: 2 });
  expect(defaultsSoFar(template(2, ['', loop]), '2 2 2')).toEqual([2, 2, 2]);
  expect(defaultsSoFar(template(2, ['', loop]), 'no numbers')).toEqual([2]);
});

test('the tag stays within what EC2 takes', () => {
  const tag = defaultsTag(Array.from({ length: 500 }, (_, at) => 123_456 + at));
  expect(tag.length).toBeLessThanOrEqual(256);
  expect([DEFAULTS_TAG, tag]).toEqual([expect.stringMatching(/^[\w:-]+$/), expect.stringMatching(/^[0-9 ]+ 123955$/)]);
});
