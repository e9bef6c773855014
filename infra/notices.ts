import {
  aws_events as events,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';

export interface NoticesProps {
  settings: Settings;
}

/** The one topic of the stack: alarms, failed bakes and what the functions have to say to a person. */
export class Notices extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { settings }: NoticesProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: settings.name,
      // Not under AWS's own key for SNS: CloudWatch alarms and EventBridge cannot use it.
      // Messages hold names and states.
      enforceSSL: true,
    });
    if (settings.notify_email) this.topic.addSubscription(new subscriptions.EmailSubscription(settings.notify_email));
  }

  /** Tells of a schedule that Image Builder gave up on; of a bake that failed lambda/publish does. */
  notifyOfGivenUpSchedule(settings: Settings, pipelineArn: string): void {
    new events.Rule(this, 'DisabledSchedule', {
      description: `${settings.name}: Image Builder switched the schedule of the bakes off`,
      eventPattern: {
        source: ['aws.imagebuilder'],
        detailType: ['EC2 Image Builder Image Pipeline Automatically Disabled'],
        resources: [pipelineArn],
      },
      targets: [
        new targets.SnsTopic(this.topic, {
          message: events.RuleTargetInput.fromText(
            `Image Builder switched the schedule of the pipeline ${pipelineArn} off, because too many bakes in a row ` +
              'failed. Once a bake is good again, `lambda-ec2 doctor --fix` switches it on; see docs/operating.md, "Bakes are switched off".',
          ),
        }),
      ],
    });
  }
}
