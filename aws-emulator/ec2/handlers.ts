import type * as sdk from '@aws-sdk/client-ec2';
import type { Handlers, Unsupported } from '../protocol/operation';
import { deleteLaunchTemplateVersions } from './delete-template-versions';
import { deregisterImage, describeImages } from './images';
import { describeInstanceAttribute } from './instance-attribute';
import { describeInstanceStatus } from './instance-status';
import { describeInstanceTypes } from './instance-types';
import { describeInstances, getConsoleOutput, stopInstances, terminateInstances } from './instances';
import { describeAvailabilityZones, describeRegions, describeSubnets, describeVpcs } from './places';
import { runInstances } from './run-instances';
import { createTags, deleteTags, describeTags } from './tag-actions';
import { createLaunchTemplateVersion, describeLaunchTemplateVersions } from './template-versions';
import { createLaunchTemplate, describeLaunchTemplates, modifyLaunchTemplate } from './templates';
import type { World } from './world';

/** The operations that this EC2 answers. */
export const HANDLERS = {
  CreateLaunchTemplate: createLaunchTemplate,
  CreateLaunchTemplateVersion: createLaunchTemplateVersion,
  CreateTags: createTags,
  DeleteLaunchTemplateVersions: deleteLaunchTemplateVersions,
  DeleteTags: deleteTags,
  DeregisterImage: deregisterImage,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeImages: describeImages,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstances: describeInstances,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeRegions: describeRegions,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVpcs: describeVpcs,
  GetConsoleOutput: getConsoleOutput,
  ModifyLaunchTemplate: modifyLaunchTemplate,
  RunInstances: runInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
} satisfies Handlers<typeof sdk, World>;

export const UNSUPPORTED: Unsupported<typeof sdk> = {
  DescribeAvailabilityZones: ['ZoneIds'],
  DescribeImages: ['ExecutableUsers'],
  DescribeLaunchTemplateVersions: ['ResolveAlias'],
};
