import {
  CustomResource,
  Duration,
  aws_events as events,
  type aws_sns as sns,
  type aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FAILED_BAKE_STATES } from '../contract/bake-states';
import { SCHEDULE_EVENT } from '../contract/schedule-event';
import type { Settings } from '../contract/settings';
import { dataKeyStatements } from './encryption';
import type { FunctionCode } from './function-code';
import type { ImagePipeline } from './image-pipeline';
import { JobFunction } from './job-function';
import type { Launcher } from './launcher';
import { publishStatements } from './publish-statements';
import type { RunnerNetwork } from './runner-network';
import type { RunnerTemplate } from './runner-template';
import { PUBLISH_TIMEOUT } from './timeouts';

/** Twice what the function may take, so that its own answer comes first. */
const ANSWER_TIMEOUT = Duration.seconds(PUBLISH_TIMEOUT.toSeconds() * 2);

export interface PublisherProps {
  settings: Settings;
  code: FunctionCode;
  template: RunnerTemplate;
  pipeline: ImagePipeline;
  /** Where the bakes run. */
  network: RunnerNetwork;
  topic: sns.ITopic;
  /** Who launches the default version. */
  launcher: Launcher;
  deadLetters: sqs.IQueue;
}

/**
 * Keeps the default launch template version what it must be: lambda/publish, called for bakes that ended, for deploys
 * and, to repair what an operator broke and to catch up on lost events, every hour.
 */
export class Publisher extends Construct {
  readonly function: JobFunction;

  constructor(scope: Construct, id: string, props: PublisherProps) {
    super(scope, id);
    const { settings, code, template, pipeline, network, topic } = props;
    const { templateId } = template;
    const { pipelineArn, imageArnPrefix } = pipeline;
    this.function = new JobFunction(this, 'Publish', {
      name: 'publish',
      settings,
      code,
      description: `${settings.name}: makes the next default version of the launch template`,
      timeout: PUBLISH_TIMEOUT,
      failedCalls: props.deadLetters,
      environment: {
        TEMPLATE_ID: templateId,
        STACK_NAME: settings.name,
        PIPELINE_ARN: pipelineArn,
        IMAGE_ARN_PREFIX: imageArnPrefix,
        TOPIC_ARN: topic.topicArn,
        SUBNET_IDS: network.subnetIds.join(','),
      },
      statements: [
        ...publishStatements(this, {
          templateId,
          pipelineArn,
          imageArnPrefix,
          infrastructureArn: pipeline.infrastructureArn,
          bakeRoleArn: pipeline.role.role.roleArn,
          topicArn: topic.topicArn,
        }),
        ...dataKeyStatements(this, settings),
      ],
    });
    const target = this.function.lambda;
    new events.Rule(this, 'Baked', {
      description: `${settings.name}: a bake has ended`,
      eventPattern: {
        source: ['aws.imagebuilder'],
        detailType: ['EC2 Image Builder Image State Change'],
        resources: events.Match.prefix(imageArnPrefix),
        detail: { state: { status: ['AVAILABLE', ...FAILED_BAKE_STATES] } },
      },
      targets: [new targets.LambdaFunction(target)],
    });
    new events.Rule(this, 'Schedule', {
      description: `${settings.name}: handles bakes whose event was lost and looks whether the default version can be launched`,
      schedule: events.Schedule.rate(Duration.hours(1)),
      targets: [new targets.LambdaFunction(target, { event: events.RuleTargetInput.fromObject(SCHEDULE_EVENT) })],
    });
    this.onDeploy(props);
  }

  /**
   * Has every deploy that wrote a version, or another recipe, tell the function; it answers at once, without waiting
   * for the bake that it starts.
   */
  private onDeploy({ template, pipeline, network, launcher }: PublisherProps): void {
    const resource = new CustomResource(this, 'Deploy', {
      resourceType: 'Custom::DefaultVersion',
      serviceToken: this.function.lambda.functionArn,
      serviceTimeout: ANSWER_TIMEOUT,
      properties: { LatestVersionNumber: template.latestVersion, RecipeArn: pipeline.recipeArn },
    });
    // The function with its permissions, the pipeline with the new recipe, and the bake's way to the internet must be
    // there before they are used; so must be what the launcher may do, before a version that takes it becomes the default.
    resource.node.addDependency(this.function, pipeline, network, launcher.function);
  }
}
