import { deregisterImage, describeImages } from './images';
import { describeInstances, getConsoleOutput, terminateInstances } from './instances';
import { runInstances } from './run-instances';
import { createTags } from './tag-actions';
import { createLaunchTemplateVersion, describeLaunchTemplateVersions } from './template-versions';
import { createLaunchTemplate, describeLaunchTemplates, modifyLaunchTemplate } from './templates';
import type { World } from './world';

/** One EC2 action: takes what the request decodes to, gives what the answer is encoded from. */
export type Action = (world: World, input: never) => object | Promise<object>;

/** The actions this EC2 knows, by the name that requests carry. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['CreateLaunchTemplate', createLaunchTemplate],
  ['CreateLaunchTemplateVersion', createLaunchTemplateVersion],
  ['CreateTags', createTags],
  ['DeregisterImage', deregisterImage],
  ['DescribeImages', describeImages],
  ['DescribeInstances', describeInstances],
  ['DescribeLaunchTemplateVersions', describeLaunchTemplateVersions],
  ['DescribeLaunchTemplates', describeLaunchTemplates],
  ['GetConsoleOutput', getConsoleOutput],
  ['ModifyLaunchTemplate', modifyLaunchTemplate],
  ['RunInstances', runInstances],
  ['TerminateInstances', terminateInstances],
]);
