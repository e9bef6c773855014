import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, type Fixture, failure, IMAGE, startFixture } from './fixture';

const at = { LaunchTemplateName: 'jobs' };

describe('the versions of a launch template', () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await startFixture();
    await f.client.send(new CreateLaunchTemplateCommand({ ...at, LaunchTemplateData: { ImageId: IMAGE } }));
    for (const VersionDescription of ['two', 'three', 'four', 'five']) await add(VersionDescription);
  });
  afterEach(() => f.close());

  const add = (VersionDescription: string) =>
    f.client.send(
      new CreateLaunchTemplateVersionCommand({ ...at, LaunchTemplateData: { ImageId: IMAGE }, VersionDescription }),
    );
  const described = (more: object = {}) => f.client.send(new DescribeLaunchTemplateVersionsCommand({ ...at, ...more }));
  const numbers = async (more: object = {}) =>
    (await described(more)).LaunchTemplateVersions?.map((one) => one.VersionNumber);
  const remove = (...Versions: string[]) => f.client.send(new DeleteLaunchTemplateVersionsCommand({ ...at, Versions }));

  it('are a range of numbers when asked, newest first, page by page', async () => {
    expect(await numbers({ MinVersion: '2', MaxVersion: '4' })).toEqual([4, 3, 2]);
    expect(await numbers({ MinVersion: '4' })).toEqual([5, 4]);
    const first = await described({ MaxVersion: '4', MaxResults: 3 });
    expect(first.LaunchTemplateVersions?.map((one) => one.VersionNumber)).toEqual([4, 3, 2]);
    expect(await numbers({ MaxVersion: '4', MaxResults: 3, NextToken: first.NextToken })).toEqual([1]);
    expect(await failure(described({ Versions: ['1'], MinVersion: '1' }))).toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });

  it('say who made them, when and why', async () => {
    const [version] = (await described({ Versions: ['2'] })).LaunchTemplateVersions ?? [];

    expect(version).toMatchObject({
      CreatedBy: `arn:aws:iam::${ACCOUNT}:user/local`,
      CreateTime: expect.any(Date),
      VersionDescription: 'two',
    });
  });

  it('are deleted but for the default, each with its own outcome', async () => {
    const answer = await remove('1', '2', '7');

    expect(answer.SuccessfullyDeletedLaunchTemplateVersions).toMatchObject([{ ...at, VersionNumber: 2 }]);
    expect(answer.UnsuccessfullyDeletedLaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, ResponseError: { Code: 'unexpectedError' } },
      { VersionNumber: 7, ResponseError: { Code: 'launchTemplateVersionDoesNotExist' } },
    ]);
    expect(await numbers()).toEqual([5, 4, 3, 1]);
    expect(await failure(described({ Versions: ['2'] }))).toMatchObject({
      code: 'InvalidLaunchTemplateId.VersionNotFound',
    });
  });

  it('keep their numbers: one that was deleted is never given again', async () => {
    await remove('4', '5');
    const { LaunchTemplates } = await f.client.send(
      new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['jobs'] }),
    );
    expect(LaunchTemplates).toMatchObject([{ LatestVersionNumber: 3, DefaultVersionNumber: 1 }]);
    expect(await numbers({ Versions: ['$Latest'] })).toEqual([3]);

    await add('six');
    await f.client.send(new ModifyLaunchTemplateCommand({ ...at, DefaultVersion: '6' }));
    expect(await numbers()).toEqual([6, 3, 2, 1]);
    expect(await numbers({ Filters: [{ Name: 'is-default-version', Values: ['true'] }] })).toEqual([6]);
  });
});
