import { type EC2Client, type Image, paginateDescribeImages } from '@aws-sdk/client-ec2';

/**
 * An AMI by its id, as EC2 describes it; undefined when there is none, or no more. Asked by filter, because naming one
 * that is gone is an error (`InvalidAMIID.NotFound`), and page by page, because one may be empty and not be the last
 * (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html). Throws the SDK's error.
 */
export async function findImage(ec2: EC2Client, id: string): Promise<Image | undefined> {
  const Filters = [{ Name: 'image-id', Values: [id] }];
  for await (const { Images: [image] = [] } of paginateDescribeImages({ client: ec2 }, { Filters })) {
    if (image) return image;
  }
  return undefined;
}
