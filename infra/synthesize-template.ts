import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { App, Stack } from 'aws-cdk-lib';
import type { Settings } from '../contract/settings';
import { RunnerTemplate } from './runner-template';

/** What the launch template refers to, as it is called where there is no stack. */
const LOCAL_IDS = {
  securityGroupIds: ['sg-00000000000000001'],
  instanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/lambda-ec2-runner',
};

/** A launch template as the stack would create it, in the words of the EC2 API. */
export interface SynthesizedTemplate {
  name: string;
  data: RequestLaunchTemplateData;
  /** Of the template itself. */
  tags: Record<string, string>;
}

/**
 * The launch template that `cdk deploy` would create for these settings, without a deploy: the same construct,
 * synthesized alone, so that local mode has no second description of it.
 *
 * CloudFormation's LaunchTemplateData has the names of the EC2 API's, so the result goes into CreateLaunchTemplate as
 * it is. Like the stack's it has no ImageId. Takes under a second; throws what the construct throws.
 */
export function synthesizeLaunchTemplate(settings: Settings): SynthesizedTemplate {
  const outdir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-synth-'));
  try {
    // The built-in validation takes seconds, and checks what `npm run synth` checks anyway.
    const app = new App({
      outdir,
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: false,
    });
    const stack = new Stack(app, settings.name);
    new RunnerTemplate(stack, 'Template', { settings, ...LOCAL_IDS });
    const { Resources } = app.synth().getStackArtifact(stack.artifactId).template as CloudFormationTemplate;
    const properties = Object.values(Resources).find(({ Type }) => Type === 'AWS::EC2::LaunchTemplate')?.Properties;
    if (!properties) throw new Error('the synthesis holds no launch template');
    const tags = properties.TagSpecifications.flatMap((specification) => specification.Tags);
    return {
      name: properties.LaunchTemplateName,
      data: properties.LaunchTemplateData,
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

interface CloudFormationTemplate {
  Resources: Record<string, { Type: string; Properties: LaunchTemplateProperties }>;
}

interface LaunchTemplateProperties {
  LaunchTemplateName: string;
  LaunchTemplateData: RequestLaunchTemplateData;
  TagSpecifications: { Tags: { Key: string; Value: string }[] }[];
}
