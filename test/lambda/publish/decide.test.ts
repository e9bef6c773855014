import type { _InstanceType } from '@aws-sdk/client-ec2';
import { type Action, decide, type Incoming } from '../../../lambda/publish/decide';
import type { ImageInfo, TemplateVersion } from '../../../lambda/publish/template';
import { IMAGES } from './fixture';
import { image, tagged, template, version } from './template-state';

/** Settings by their instance type, with an AMI if any. */
const of = (InstanceType: _InstanceType, ImageId?: string): TemplateVersion['data'] => ({ InstanceType, ImageId });
/** The AMI of a bake of the recipe 1.0.0, by the number of the bake. */
const baked = (build: number, more: Partial<ImageInfo> = {}) =>
  image({ id: `ami-${build}`, buildArn: `${IMAGES}1.0.0/${build}`, ...more });

/** What is decided on while a version is the default. */
const decided = (incoming: Incoming, at: number, versions: TemplateVersion[], images: ImageInfo[] = [baked(1)]) =>
  decide(template(versions, images, at), incoming);
const nothing = (why: string): Action => ({ kind: 'none', why });

describe('a bake', () => {
  const first = version(1, of('m7i.large', 'ami-1'));
  const bake = (imageId: string, versions: TemplateVersion[], images: ImageInfo[]) =>
    decided({ origin: 'bake', imageId }, 1, versions, images);

  test("gets a copy of the default version when its AMI has no version with the default's settings", () => {
    expect(bake('ami-2', [first, version(2, of('c7i.large', 'ami-2'))], [baked(1), baked(2)])).toEqual({
      kind: 'createVersion',
      source: 1,
      imageId: 'ami-2',
      description: 'bake: settings of version 1 with image ami-2',
    });
  });

  test("has the latest version with its AMI and the default's settings made the default", () => {
    const copies = [
      version(2, of('m7i.large', 'ami-2')),
      version(3, of('m7i.large', 'ami-2')),
      version(4, of('m7i.large', 'ami-1')),
    ];
    expect(bake('ami-2', [first, ...copies], [baked(1), baked(2)])).toEqual({
      kind: 'setDefault',
      version: 3,
      why: 'it is version 1 with the new image',
    });
  });

  test('of which nothing is left to do is passed over with the reason', () => {
    expect(bake('ami-1', [first], [baked(1)])).toEqual(nothing('version 1 has the image ami-1 already'));
    expect(bake('ami-2', [first], [baked(1)])).toEqual(nothing('the image ami-2 does not exist any more'));
    expect(bake('ami-2', [version(1, of('m7i.large', 'ami-3'))], [baked(2), baked(3)])).toEqual(
      nothing('version 1 has a newer image (ami-3) than ami-2'),
    );
  });

  test('of another architecture than the default may find something to do later', () => {
    expect(bake('ami-2', [first], [baked(1), baked(2, { architecture: 'arm64' })])).toEqual({
      kind: 'none',
      why: 'version 1 has an instance type of another architecture than the image ami-2',
      later: true,
    });
  });

  test('takes the place of one of another version of the recipe that was made at the same time', () => {
    const other = image({ id: 'ami-9', buildArn: `${IMAGES}1.0.9/1` });
    expect(bake('ami-9', [first], [baked(1), other])).toMatchObject({ kind: 'createVersion', imageId: 'ami-9' });
  });

  test("takes the place of an operator's image, be that the newer", () => {
    const own = image({ id: 'ami-own', created: '2026-12-01' });
    const versions = [version(1, of('m7i.large', 'ami-own'))];
    expect(bake('ami-2', versions, [own, baked(2)])).toMatchObject({ kind: 'createVersion', imageId: 'ami-2' });
  });
});

describe('a deploy', () => {
  const first = version(1, of('m7i.large'));
  const running = version(2, of('m7i.large', 'ami-1'));
  const written = version(3, of('c7i.large'));
  const deploy = (latest: number, previous?: number): Incoming => ({ origin: 'deploy', version: latest, previous });

  test("gets a copy of CloudFormation's version with the image of the default", () => {
    expect(decided(deploy(3, 1), 2, [first, running, written])).toEqual({
      kind: 'createVersion',
      source: 3,
      imageId: 'ami-1',
      description: 'deploy: settings of version 3 with the image of version 2',
    });
  });

  test('before the first bake gets a copy without an image, which tells what stood before', () => {
    expect(decided(deploy(2, 1), 1, [first, version(2, of('c7i.large'))], [])).toEqual({
      kind: 'createVersion',
      source: 2,
      imageId: undefined,
      description: 'deploy: settings of version 2, after version 1',
    });
  });

  test('whose version was deleted changes nothing', () => {
    expect(decided(deploy(4), 2, [running])).toEqual(nothing('version 4 does not exist any more'));
  });

  test('that changed no setting leaves an override alone, and so does one that wrote no version', () => {
    const override = version(4, of('r7i.large', 'ami-1'));
    const again = version(5, of('m7i.large'));
    expect(decided(deploy(5, 1), 4, [first, running, override, again])).toEqual(
      nothing('the deploy changed no setting: version 5 is as version 1 was'),
    );
    expect(decided(deploy(1, 1), 4, [first, running, override])).toEqual(
      nothing('the settings of version 4 were written after version 1'),
    );
  });

  test('that wrote no version mends a default whose image is gone', () => {
    const versions = [first, version(2, of('m7i.large', 'ami-gone')), version(3, of('r7i.large', 'ami-1'))];
    expect(decided(deploy(1, 1), 2, versions)).toEqual({
      kind: 'createVersion',
      source: 2,
      imageId: 'ami-1',
      description: 'operator: settings of version 2 with the image of version 3',
    });
  });

  test('whose settings are in effect already changes nothing', () => {
    const copy = version(4, of('c7i.large', 'ami-1'), 'deploy: settings of version 3 with the image of version 2');
    const told = version(5, { ...of('c7i.large', 'ami-1'), EbsOptimized: true }, 'bake: settings of version 4');
    for (const at of [4, 5]) {
      expect(decided(deploy(3, 1), at, [first, running, written, copy, told])).toEqual(
        nothing(`version ${at} can be launched`),
      );
    }
  });

  test('that was followed only half has its own version made the default, not a later one of another writer', () => {
    const half = version(4, of('c7i.large', 'ami-1'), 'deploy: settings of version 3 with the image of version 2');
    const other = version(5, of('m7i.large', 'ami-1'), 'operator: settings of version 1 with the image of version 2');
    expect(decided(deploy(3, 1), 2, [first, running, written, half, other])).toEqual({
      kind: 'setDefault',
      version: 4,
      why: 'it was written for this deploy before',
    });
  });

  test('that was followed only half is begun again when the image or the default is another since', () => {
    const half = version(4, of('c7i.large', 'ami-gone'), 'deploy: settings of version 3 with the image of version 2');
    const stale = version(2, of('m7i.large', 'ami-gone'));
    const other = version(5, of('m7i.large', 'ami-1'));
    const again = { kind: 'createVersion', source: 3, imageId: 'ami-1' };
    expect(decided(deploy(3, 1), 2, [first, stale, written, half, other])).toEqual({
      ...again,
      description: 'deploy: settings of version 3 with the image of version 5, after version 2',
    });
    const whole = version(4, of('c7i.large', 'ami-1'), 'deploy: settings of version 3 with the image of version 2');
    expect(decided(deploy(3, 1), 1, [version(1, of('m7i.large', 'ami-1')), running, written, whole])).toEqual({
      ...again,
      description: 'deploy: settings of version 3 with the image of version 1',
    });
  });

  test('whose number was read late is that of the version before, which has no description', () => {
    const half = version(3, of('c7i.large'), 'deploy: settings of version 2, after version 1');
    expect(decided(deploy(3, 1), 1, [first, version(2, of('c7i.large')), half], [])).toEqual({
      kind: 'setDefault',
      version: 3,
      why: 'it was written for this deploy before',
    });
  });

  test('whose version has the image of the default itself needs no copy', () => {
    expect(decided(deploy(2), 1, [version(1, of('m7i.large', 'ami-1')), version(2, of('c7i.large', 'ami-1'))])).toEqual(
      {
        kind: 'setDefault',
        version: 2,
        why: 'it has the current image',
      },
    );
  });

  test('of settings that the image of the default does not suit gets the newest that suits them', () => {
    const arm = [2, 3].map((build) => baked(build, { architecture: 'arm64' }));
    const versions = [
      version(1, of('m7i.large', 'ami-1')),
      version(2, of('m7i.large', 'ami-3')),
      version(3, of('m7i.large', 'ami-2')),
    ];
    const images = [baked(1, { architecture: 'x86_64' }), ...arm];
    expect(decided(deploy(4), 1, [...versions, version(4, of('m7g.large'))], images)).toEqual({
      kind: 'createVersion',
      source: 4,
      imageId: 'ami-3',
      description: 'deploy: settings of version 4 with the image of version 2, after version 1',
    });
  });
});

describe('a roll-back', () => {
  const first = version(1, of('m7i.large'));
  const running = version(2, of('m7i.large', 'ami-1'));
  const written = version(3, of('c7i.large'));
  const followed = version(4, of('c7i.large', 'ami-1'), 'deploy: settings of version 3 with the image of version 2');
  const back = version(6, of('m7i.large'));
  const rollBack = (latest: number, undoes: number): Incoming => ({ origin: 'rollback', version: latest, undoes });
  const stoodBefore = { kind: 'setDefault', version: 2, why: 'it stood before the deploy of version 3' };

  test('makes the version the default again that stood before, not a later copy of it', () => {
    const copy = version(5, of('m7i.large', 'ami-1'), 'bake: settings of version 2');
    expect(decided(rollBack(6, 3), 4, [first, running, written, followed, copy, back])).toEqual(stoodBefore);
  });

  test('finds what it undoes when another writer had added a version before its number was read', () => {
    const candidate = version(5, of('m7i.large', 'ami-2'));
    expect(decided(rollBack(6, 5), 4, [first, running, written, followed, candidate, back])).toEqual(stoodBefore);
  });

  test('finds what it undoes when that version was deleted', () => {
    expect(decided(rollBack(6, 3), 4, [running, followed, back])).toEqual(stoodBefore);
  });

  test('of a deploy that never took effect does nothing', () => {
    expect(decided(rollBack(6, 3), 2, [first, running, written, followed, back])).toEqual(
      nothing('the settings of version 3 are not in effect: there is nothing to roll back'),
    );
  });

  test("follows CloudFormation's version when an operator had made that of the deploy the default himself", () => {
    expect(decided(rollBack(6, 3), 3, [first, running, written, back])).toEqual({
      kind: 'createVersion',
      source: 6,
      imageId: 'ami-1',
      description: 'deploy: settings of version 6 with the image of version 2, after version 3',
    });
  });

  test('gives the settings before it the image that was baked since', () => {
    const rebaked = version(5, of('c7i.large', 'ami-2'), 'bake: settings of version 4 with image ami-2');
    const versions = [first, running, written, followed, rebaked, back];
    expect(decided(rollBack(6, 3), 5, versions, [baked(1), baked(2)])).toEqual({
      kind: 'createVersion',
      source: 2,
      imageId: 'ami-2',
      description: 'rollback: settings of version 2 with the image of version 5',
    });
  });

  test('gives them the newest image when that of the deploy is gone, which could have used theirs', () => {
    const gone = version(4, of('c7i.large', 'ami-gone'), 'deploy: settings of version 3 with the image of version 2');
    const newer = version(5, of('r7i.large', 'ami-2'));
    expect(decided(rollBack(6, 3), 4, [first, running, written, gone, newer, back], [baked(1), baked(2)])).toEqual({
      kind: 'createVersion',
      source: 2,
      imageId: 'ami-2',
      description: 'rollback: settings of version 2 with the image of version 5',
    });
  });

  test('gives them their own image when the deploy could use none of theirs, whatever is newer', () => {
    const waiting = version(4, of('m7g.large'), 'deploy: settings of version 3, after version 2');
    const versions = [first, running, version(3, of('m7g.large')), waiting, version(5, of('r7i.large', 'ami-2')), back];
    const images = [1, 2].map((build) => baked(build, { architecture: 'x86_64' }));
    expect(decided(rollBack(6, 3), 4, versions, images)).toEqual(stoodBefore);
  });

  test('restores settings without an image when there is none', () => {
    const waiting = version(3, of('c7i.large'), 'deploy: settings of version 2, after version 1');
    expect(
      decided(rollBack(4, 2), 3, [first, version(2, of('c7i.large')), waiting, version(4, of('m7i.large'))], []),
    ).toEqual({
      kind: 'setDefault',
      version: 1,
      why: 'it stood before the deploy of version 2',
    });
  });
});

describe('a default that cannot be launched', () => {
  const repair = (versions: TemplateVersion[], images: ImageInfo[]) =>
    decided({ origin: 'operator' }, 1, versions, images);
  const broken = version(1, of('m7i.large', 'ami-gone'));

  test('waits for the first image', () => {
    expect(repair([broken], [])).toEqual(nothing('there is no image yet'));
  });

  test('gets the newest image of the recipe that the pipeline has, of a good bake', () => {
    const other = (id: string) => image({ id, created: '2026-12-01', buildArn: `${IMAGES}1.0.7/1` });
    const own = image({ id: 'ami-own', created: '2026-12-02' });
    const images = [own, other('ami-7'), baked(1), baked(2), baked(3)];
    const versions = [broken, ...images.map(({ id }, index) => version(index + 2, of('c7i.large', id)))];
    const pipeline = { recipeArn: baked(1).buildArn?.replace(':image/', ':image-recipe/').slice(0, -2) ?? '' };
    const notGood = new Set([baked(3).buildArn ?? '']);
    const chosen = (among: ImageInfo[]) => {
      const state = { ...template(versions, among), pipeline: { ...pipeline, notGood } };
      const action = decide(state, { origin: 'operator' });
      return action.kind === 'createVersion' ? action.imageId : action;
    };
    expect(chosen(images)).toBe('ami-2');
    expect(chosen([own, other('ami-7'), baked(3)])).toBe('ami-7');
    expect(chosen([own, baked(3)])).toBe('ami-own');
    expect(chosen([baked(3)])).toEqual(nothing('there is no image yet'));
  });

  test('gets no image that lacks what its jobs need', () => {
    const needy = version(1, { ...of('m7i.large'), ...tagged({ python_version: '3.11' }) });
    const versions = [needy, version(2, of('m7i.large', 'ami-1')), version(3, of('m7i.large', 'ami-2'))];
    const images = [baked(1, { pythonVersion: '3.11' }), baked(2, { pythonVersion: '3.6' })];
    expect(repair(versions, images)).toEqual({
      kind: 'createVersion',
      source: 1,
      imageId: 'ami-1',
      description: 'operator: settings of version 1 with the image of version 2',
    });
  });
});
