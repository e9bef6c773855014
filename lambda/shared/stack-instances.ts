import { type EC2Client, type Filter, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { STACK_TAG, TEMPLATE_ID_TAG } from '../../contract/tags';

/** Whose instances are ours: those of one stack, from its launch template. */
export interface Owner {
  stackName: string;
  templateId: string;
}

/** EC2's most for a page ("DescribeInstances", EC2 API Reference). */
const PAGE = 1000;

/**
 * The instances of a stack that EC2 shows and the filters let through, ended ones too. Throws the SDK's error.
 */
export async function stackInstances(ec2: EC2Client, owner: Owner, filters: Filter[]): Promise<Instance[]> {
  const Filters = [
    { Name: `tag:${STACK_TAG}`, Values: [owner.stackName] },
    { Name: `tag:${TEMPLATE_ID_TAG}`, Values: [owner.templateId] },
    ...filters,
  ];
  const found: Instance[] = [];
  for await (const page of paginateDescribeInstances({ client: ec2, pageSize: PAGE }, { Filters })) {
    found.push(...(page.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? []));
  }
  return found;
}
