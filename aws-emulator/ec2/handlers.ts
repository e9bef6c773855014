import type * as sdk from '@aws-sdk/client-ec2';
import type { Handlers, Unsupported } from '../protocol/operation';
import { deregisterImage, describeImages } from './images';
import { describeInstances, getConsoleOutput, terminateInstances } from './instances';
import { runInstances } from './run-instances';
import { createTags } from './tag-actions';
import { createLaunchTemplateVersion, describeLaunchTemplateVersions } from './template-versions';
import { createLaunchTemplate, describeLaunchTemplates, modifyLaunchTemplate } from './templates';
import type { World } from './world';

/** The operations that this EC2 answers. */
export const HANDLERS = {
  CreateLaunchTemplate: createLaunchTemplate,
  CreateLaunchTemplateVersion: createLaunchTemplateVersion,
  CreateTags: createTags,
  DeregisterImage: deregisterImage,
  DescribeImages: describeImages,
  DescribeInstances: describeInstances,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
  DescribeLaunchTemplates: describeLaunchTemplates,
  GetConsoleOutput: getConsoleOutput,
  ModifyLaunchTemplate: modifyLaunchTemplate,
  RunInstances: runInstances,
  TerminateInstances: terminateInstances,
} satisfies Handlers<typeof sdk, World>;

export const UNSUPPORTED: Unsupported<typeof sdk> = {
  DescribeImages: ['ExecutableUsers'],
  DescribeLaunchTemplateVersions: ['MinVersion', 'MaxVersion', 'ResolveAlias'],
};
