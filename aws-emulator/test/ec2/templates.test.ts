import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { type Fixture, failure, IMAGE, startFixture } from './fixture';

/** The least a new version can say: EC2 takes none without any data, even one that copies another. */
const CHANGE = { InstanceType: 'm6i.xlarge' as const };

describe('launch templates', () => {
  let f: Fixture;
  let templateId: string;

  beforeEach(async () => {
    f = await startFixture();
    const made = await f.client.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'jobs',
        VersionDescription: 'the first',
        LaunchTemplateData: {
          ImageId: IMAGE,
          InstanceType: 'm6i.large',
          MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
          TagSpecifications: [
            { ResourceType: 'instance', Tags: [{ Key: 'app_url', Value: 'https://example.com/a & b' }] },
          ],
        },
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: 'stack', Value: 'test' }] }],
      }),
    );
    templateId = made.LaunchTemplate?.LaunchTemplateId ?? '';
  });
  afterEach(() => f.close());

  const addVersion = (rest: object) =>
    f.client.send(
      new CreateLaunchTemplateVersionCommand({ LaunchTemplateId: templateId, LaunchTemplateData: CHANGE, ...rest }),
    );
  const versions = async (rest: object = {}) => {
    const found = await f.client.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, ...rest }),
    );
    return found.LaunchTemplateVersions ?? [];
  };

  it('keeps what was given, and finds the template by id, name and tag', async () => {
    for (const by of [
      { LaunchTemplateIds: [templateId] },
      { LaunchTemplateNames: ['jobs'] },
      { Filters: [{ Name: 'tag:stack', Values: ['te*'] }] },
    ]) {
      const { LaunchTemplates } = await f.client.send(new DescribeLaunchTemplatesCommand(by));
      expect(LaunchTemplates).toMatchObject([
        { LaunchTemplateId: templateId, DefaultVersionNumber: 1, LatestVersionNumber: 1, Tags: [{ Key: 'stack' }] },
      ]);
    }
    const [version] = await versions();
    expect(version).toMatchObject({
      VersionNumber: 1,
      VersionDescription: 'the first',
      DefaultVersion: true,
      LaunchTemplateData: {
        ImageId: IMAGE,
        MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [{ Key: 'app_url', Value: 'https://example.com/a & b' }] },
        ],
      },
    });
    expect(version?.CreateTime).toBeInstanceOf(Date);
  });

  it('copies the source version and replaces whole top-level fields of it', async () => {
    await addVersion({
      SourceVersion: '$Default',
      LaunchTemplateData: {
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'app_ref', Value: 'v2' }] }],
      },
    });
    const [copied] = await versions({ Versions: ['2'] });
    expect(copied?.LaunchTemplateData).toMatchObject({ ImageId: IMAGE, InstanceType: 'm6i.large' });
    expect(copied?.LaunchTemplateData?.TagSpecifications).toEqual([
      { ResourceType: 'instance', Tags: [{ Key: 'app_ref', Value: 'v2' }] },
    ]);
  });

  it('starts from nothing without a source version', async () => {
    await addVersion({ LaunchTemplateData: { InstanceType: 'm6i.xlarge' } });
    const [bare] = await versions({ Versions: ['$Latest'] });
    expect(bare?.LaunchTemplateData).toEqual({ InstanceType: 'm6i.xlarge' });
  });

  it('refuses a source version that does not exist', async () => {
    expect(await failure(addVersion({ SourceVersion: '7' }))).toMatchObject({
      code: 'InvalidLaunchTemplateId.VersionNotFound',
      status: 400,
    });
  });

  it('refuses a version without data of its own, even with a source version', async () => {
    expect((await failure(addVersion({ SourceVersion: '1', LaunchTemplateData: {} }))).code).toBe('MissingParameter');
  });

  it('answers a repeated client token with the version made before, and refuses it with other parameters', async () => {
    const twice = { SourceVersion: '1', LaunchTemplateData: { InstanceType: 'm6i.xlarge' }, ClientToken: 'once' };
    const first = await addVersion(twice);
    const second = await addVersion(twice);
    expect(second.LaunchTemplateVersion).toEqual(first.LaunchTemplateVersion);
    expect(await versions()).toHaveLength(2);
    expect(await failure(addVersion({ ...twice, VersionDescription: 'other' }))).toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
  });

  it('moves the default without touching the latest', async () => {
    await addVersion({ SourceVersion: '1' });
    await addVersion({ SourceVersion: '1' });
    const { LaunchTemplate } = await f.client.send(
      new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'jobs', DefaultVersion: '2' }),
    );
    expect(LaunchTemplate).toMatchObject({ DefaultVersionNumber: 2, LatestVersionNumber: 3 });
    expect(
      (await versions({ Versions: ['$Default', '$Latest'] })).map((v) => [v.VersionNumber, v.DefaultVersion]),
    ).toEqual([
      [3, false],
      [2, true],
    ]);
    const wrong = f.client.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: templateId, DefaultVersion: '9' }));
    expect(await failure(wrong)).toMatchObject({ code: 'InvalidLaunchTemplateId.VersionNotFound' });
  });

  it('lists versions newest first, page by page', async () => {
    for (let i = 0; i < 4; i += 1) await addVersion({ SourceVersion: '1' });
    const numbers: (number | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await f.client.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, MaxResults: 2, NextToken }),
      );
      numbers.push(...(answer.LaunchTemplateVersions ?? []).map((v) => v.VersionNumber));
      NextToken = answer.NextToken;
    } while (NextToken);
    expect(numbers).toEqual([5, 4, 3, 2, 1]);
  });

  it('refuses a name in use, a malformed one, and a template without data', async () => {
    const create = (LaunchTemplateName: string, LaunchTemplateData: object = { InstanceType: 'm6i.large' }) =>
      failure(f.client.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData })));
    expect((await create('jobs')).code).toBe('InvalidLaunchTemplateName.AlreadyExistsException');
    expect((await create('no spaces')).code).toBe('InvalidLaunchTemplateName.MalformedException');
    expect((await create('empty', {})).code).toBe('MissingParameter');
    expect((await create('text', { UserData: 'not base64!' })).code).toBe('InvalidUserData.Malformed');
  });
});
