import { EC2Client } from '@aws-sdk/client-ec2';
import { existingImages } from '../../../lambda/publish/read-template';
import { findImage } from '../../../lambda/shared/find-image';
import { withSend } from '../with-send';

const ID = 'ami-0123456789abcdef0';

/** EC2 with these pages of images. */
const answering = (...pages: object[][]) =>
  withSend(EC2Client, async ({ input }: { input: { NextToken?: string } }) => {
    const page = Number(input.NextToken ?? 0);
    return { Images: pages[page], NextToken: page + 1 < pages.length ? String(page + 1) : undefined };
  });

test('an image is found behind an empty page', async () => {
  const ec2 = answering([], [{ ImageId: ID, State: 'available' }]);
  expect(await findImage(ec2, ID)).toMatchObject({ ImageId: ID });
  expect([...(await existingImages(ec2, [ID])).keys()]).toEqual([ID]);
});

test('an image is asked for by a filter', async () => {
  const asked: object[] = [];
  const ec2 = withSend(EC2Client, async ({ input }: { input: object }) => asked.push(input) && {});
  expect(await findImage(ec2, ID)).toBeUndefined();
  expect(asked).toEqual([{ Filters: [{ Name: 'image-id', Values: [ID] }] }]);
});

test('an image that no page has is gone', async () => {
  expect(await findImage(answering([], []), ID)).toBeUndefined();
});
