import { EC2Client } from '@aws-sdk/client-ec2';
import { isTold, tellOldImage } from '../../../lambda/publish/old-image';
import { withSend } from '../with-send';
import { stubClient } from './stub-client';

const CREATED = '2026-01-01T23:30:00.000Z';
const at = (days: number, time = '06:12:00Z') => Date.parse(`2026-01-01T${time}`) + days * 86_400_000;

/** The messages of one call so many days after the image was made. */
async function told(now: number, imageId: string | undefined = 'ami-1', exists = true): Promise<string[]> {
  const subjects: string[] = [];
  const ec2 = withSend(EC2Client, async (command: object) =>
    command.constructor.name === 'DescribeImagesCommand'
      ? { Images: exists ? [{ ImageId: imageId, CreationDate: CREATED }] : [] }
      : { LaunchTemplateVersions: [{ LaunchTemplateData: { ImageId: imageId } }] },
  );
  const env = { templateId: 'lt-1', stackName: 'jobs' };
  await tellOldImage({ ec2, env, notify: async (subject) => void subjects.push(subject) }, now);
  return subjects;
}

test('an image that is 90 days old is told of, and again each week', () => {
  const days = Array.from({ length: 106 }, (_, day) => day);
  const tellingDays = days.filter((day) => isTold(Date.parse(CREATED), at(day)));
  expect(tellingDays).toEqual([90, 97, 104]);
});

test('one of the calls of a day tells', async () => {
  const hours = Array.from({ length: 24 }, (_, hour) => at(90, `${String(hour).padStart(2, '0')}:59:59Z`));
  const all = await Promise.all(hours.map((now) => told(now)));
  expect(all.flat()).toEqual(['jobs: the image is 90 days old']);
});

test('nothing is told of an image that is young, gone or not there yet', async () => {
  expect(await told(at(30))).toEqual([]);
  expect(await told(at(90), 'ami-1', false)).toEqual([]);
  expect(await told(at(90), '')).toEqual([]);
});

test('the image is that of the default version, and the message names it', async () => {
  const { client, asked } = stubClient(EC2Client, {
    DescribeLaunchTemplateVersions: () => ({ LaunchTemplateVersions: [{ LaunchTemplateData: { ImageId: 'ami-1' } }] }),
    DescribeImages: () => ({ Images: [{ ImageId: 'ami-1', CreationDate: CREATED }] }),
  });
  const texts: string[] = [];
  const env = { templateId: 'lt-1', stackName: 'jobs' };
  await tellOldImage({ ec2: client, env, notify: async (_subject, text) => void texts.push(text) }, at(97));
  expect(asked[0]).toEqual(['DescribeLaunchTemplateVersions', { LaunchTemplateId: 'lt-1', Versions: ['$Default'] }]);
  expect(texts).toEqual([expect.stringContaining('The image ami-1 of new jobs of jobs is 97 days old')]);
});

test.each([
  [{}],
  [{ LaunchTemplateVersions: [] }],
  [{ LaunchTemplateVersions: [{}] }],
  [{ LaunchTemplateVersions: [{ LaunchTemplateData: {} }] }],
])('no image is looked for where EC2 says of the default version only %j', async (answer) => {
  const { client, asked } = stubClient(EC2Client, { DescribeLaunchTemplateVersions: () => answer });
  const notify = () => Promise.reject(new Error('nothing is to be told'));
  await tellOldImage({ ec2: client, env: { templateId: 'lt-1', stackName: 'jobs' }, notify }, at(90));
  expect(asked.map(([action]) => action)).toEqual(['DescribeLaunchTemplateVersions']);
});
