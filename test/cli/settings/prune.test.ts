import { EC2Client } from '@aws-sdk/client-ec2';
import { deleteVersions } from '../../../cli/settings/delete-versions';
import { prunePlan, type VersionUsers } from '../../../cli/settings/prune-plan';
import type { SettingsVersion, Versions } from '../../../cli/settings/versions';
import { describeVersion } from '../../../lambda/publish/description';
import { withSend } from '../../lambda/with-send';

const NOW = Date.parse('2026-11-26T00:00:00Z');
const DAY = 86_400_000;
const NOBODY: VersionUsers = { running: new Set(), uploads: new Set() };
const Tags = [{ Key: 'app_url', Value: 'https://example.com/a.git' }];

/** Versions from 1 on by their descriptions, a day apart, the last one 30 days old; all of them can be launched. */
function template(defaultVersion: number, descriptions: string[]): Versions {
  const versions = descriptions.map((description, at): SettingsVersion => {
    const created = new Date(NOW - (30 + descriptions.length - at) * DAY).toISOString();
    const data = { ImageId: 'ami-1', TagSpecifications: [{ ResourceType: 'instance' as const, Tags }] };
    return {
      number: at + 1,
      description,
      created,
      createdBy: '',
      data: { ...data, InstanceType: `m7i.${at}` as never },
    };
  });
  const images = new Map([['ami-1', { id: 'ami-1', created: '' }]]);
  const known = { templateId: 'lt-1', defaultsTag: '', unavailable: new Map<string, string>() };
  return { ...known, defaultVersion, versions: versions.reverse(), images };
}

const byHand = Array.from({ length: 30 }, (_, at) => `by hand ${at}`);
const removed = (state: Versions, users = NOBODY, olderThan = 14 * DAY) =>
  prunePlan(state, users, olderThan, NOW).remove.map(({ number }) => number);

test('the default, the newest and the first ones to roll back to stay', () => {
  const numbers = removed({ ...template(20, byHand), defaultsTag: '2 3 4 5 6 7 20' });
  expect(numbers).not.toEqual(expect.arrayContaining([20]));
  for (const kept of [3, 4, 5, 6, 7, 20, 26, 27, 28, 29, 30]) expect(numbers).not.toContain(kept);
  for (const gone of [1, 2, 8, 19, 21, 25]) expect(numbers).toContain(gone);
});

test('the versions that the default came from stay', () => {
  const descriptions = [...byHand];
  descriptions[19] = describeVersion({ writer: 'bake', settingsOf: 9 }, 'ami-1');
  expect(removed(template(20, descriptions))).not.toContain(9);
});

test('what somebody uses or may use stays', () => {
  const state = template(20, byHand);
  expect(removed(state)).toEqual(expect.arrayContaining([10, 11, 25]));
  const users = { running: new Set([10]), uploads: new Set([11]), bakingSince: NOW - 36 * DAY };
  const kept = prunePlan(state, users, 14 * DAY, NOW).kept;
  expect(kept).toContainEqual({ version: 10, why: 'an instance runs from it' });
  expect(kept).toContainEqual({ version: 11, why: 'an upload names it that may be waiting' });
  expect(kept).toContainEqual({ version: 25, why: 'a bake is under way' });
});

test('what is young stays, whatever it is', () => {
  expect(removed(template(20, byHand), NOBODY, 100 * DAY)).toEqual([]);
});

test('what CloudFormation wrote last stays: a later deploy is compared with it', () => {
  const state = template(20, byHand);
  const deployed = state.versions.find(({ number }) => number === 15) as SettingsVersion;
  Object.assign(deployed, { description: '', data: { InstanceType: 'm7i.large' } });
  expect(removed(state)).not.toContain(15);
});

test('versions are deleted 200 at once, and each that was not is named', async () => {
  const asked: number[] = [];
  const ec2 = withSend(EC2Client, async ({ input }: { input: { Versions: string[] } }) => {
    asked.push(input.Versions.length);
    if (asked.length === 2) throw new Error('no');
    return {
      SuccessfullyDeletedLaunchTemplateVersions: input.Versions.slice(1).map((number) => ({
        VersionNumber: Number(number),
      })),
      UnsuccessfullyDeletedLaunchTemplateVersions: [{ VersionNumber: 1, ResponseError: { Message: 'it is odd' } }],
    };
  });
  const numbers = Array.from({ length: 250 }, (_, at) => at + 1);
  const { deleted, failed } = await deleteVersions(ec2, 'lt-1', numbers);
  expect([asked, deleted.length, failed.length]).toEqual([[200, 50], 199, 51]);
  expect(failed[0]).toEqual({ version: 1, message: 'it is odd' });
  expect(failed.at(-1)).toEqual({ version: 250, message: expect.stringContaining('no') });
});
