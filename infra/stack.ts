import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bucketDemands } from '../contract/bucket-demands';
import { describeCostBound } from '../contract/cost-bound';
import { settingsHash } from '../contract/deployed-sources';
import type { Settings } from '../contract/settings';
import type { ImageDocument } from '../imagebuilder/image-document';
import { acknowledgeFindings } from './acknowledgements';
import { Alarms } from './alarms';
import { JobDashboard } from './dashboard';
import type { FunctionCode } from './function-code';
import { Guard } from './guard';
import { ImageLifecycle } from './image-lifecycle';
import { ImagePipeline } from './image-pipeline';
import { JobBucket } from './job-bucket';
import { JobQueue } from './job-queue';
import { Launcher } from './launcher';
import { Metrics } from './metrics';
import { Notices } from './notices';
import { tagResources } from './own-tags';
import { Publisher } from './publisher';
import { applyRoleSettings } from './role-settings';
import { RunnerNetwork } from './runner-network';
import { RunnerRole } from './runner-role';
import { RunnerTemplate } from './runner-template';
import { Schedules } from './schedules';

export interface LambdaEc2StackProps {
  settings: Settings;
  /** Of the functions in lambda/. */
  code: FunctionCode;
  /** How the image is made. */
  image: ImageDocument;
  /** Of all that the stack is made of (contract/deployed-sources.ts), for `doctor`. */
  sourcesHash: string;
}

/**
 * Everything that `cdk deploy` creates, put together. Which account and Region it is for is not known to the synthesis,
 * so that it needs neither credentials nor look-ups.
 */
export class LambdaEc2Stack extends Stack {
  constructor(scope: Construct, { settings, code, image, sourcesHash }: LambdaEc2StackProps) {
    super(scope, settings.name, {
      stackName: settings.name,
      description: `${settings.name}: runs Python jobs on EC2 instances that start from a baked AMI`,
      tags: settings.tags,
    });
    tagResources(this, settings);
    applyRoleSettings(this, settings);
    const jobQueue = new JobQueue(this, 'Jobs', settings);
    const jobBucket = new JobBucket(this, 'Storage', settings, code);
    jobBucket.sendInputsTo(jobQueue.queue);
    const { bucket } = jobBucket;
    const notices = new Notices(this, 'Notices', { settings });
    const { topic } = notices;

    const network = new RunnerNetwork(this, 'Network', settings);
    const runner = new RunnerRole(this, 'Runner', { settings, bucket });
    const template = new RunnerTemplate(this, 'Template', {
      settings,
      securityGroupIds: [network.securityGroupId],
      instanceProfileArn: runner.instanceProfileArn,
    });
    const { templateId } = template;

    const pipeline = new ImagePipeline(this, 'Image', { settings, image, network, templateId });
    notices.notifyOfGivenUpSchedule(settings, pipeline.pipelineArn);
    new ImageLifecycle(this, 'OldImages', settings);

    const { deadLetters } = jobQueue;
    const launcher = new Launcher(this, 'Launcher', {
      settings,
      code,
      queue: jobQueue.queue,
      bucket,
      templateId,
      subnetIds: network.subnetIds,
      runnerRole: runner.role,
    });
    const publishing = { settings, code, template, pipeline, network, topic, launcher, deadLetters };
    const publisher = new Publisher(this, 'Publisher', publishing);
    const guard = new Guard(this, 'Guard', { settings, code, jobQueue, bucket, templateId, topic });
    new Schedules(this, 'Schedules', { settings, bucket, deadLetters });
    const metrics = new Metrics(this, 'Metrics', { settings, code, jobBucket, templateId, deadLetters });

    const functions = {
      launch: launcher.function,
      publish: publisher.function,
      guard: guard.function,
      metrics: metrics.function,
    };
    const { launch } = functions;
    new Alarms(this, 'Alarms', {
      settings,
      topic,
      jobQueue,
      functions: { launch, guard: functions.guard },
      waits: launcher.waits,
    });
    if (settings.dashboard)
      new JobDashboard(this, 'Dashboard', { settings, jobQueue, functions, waits: launcher.waits });

    // What the command line and people need to know; cli/shared/stack-outputs.ts and
    // cli/doctor/working-tree.ts read them.
    const outputs = {
      JobBucketName: bucket.bucketName,
      LaunchTemplateId: templateId,
      PipelineArn: pipeline.pipelineArn,
      QueueUrl: jobQueue.queue.queueUrl,
      DeadLetterQueueUrl: deadLetters.queueUrl,
      TopicArn: topic.topicArn,
      SourcesHash: sourcesHash,
      SettingsHash: settingsHash(settings),
      CostBound: describeCostBound(settings),
      JobLimits: JSON.stringify({ attempts: settings.attempts, max_running: settings.max_running }),
      // An output each, because one value has room for a thousand characters.
      ...Object.fromEntries(settings.schedules.map((one, at) => [`Schedule${at + 1}`, JSON.stringify(one)])),
    };
    const demands = bucketDemands(settings);
    if (demands.encryption) new CfnOutput(this, 'BucketEncryption', { value: demands.encryption });
    if (demands.requesterPays) new CfnOutput(this, 'BucketRequestPayer', { value: 'true' });
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
    acknowledgeFindings(this);
  }
}
