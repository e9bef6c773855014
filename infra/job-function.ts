import {
  type Duration,
  aws_lambda_destinations as destinations,
  aws_iam as iam,
  aws_lambda as lambda,
  type aws_logs as logs,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DeployedFunction } from '../contract/function-env';
import type { Settings } from '../contract/settings';
import type { FunctionCode } from './function-code';
import { logGroup } from './log-group';

export type JobFunctionProps = DeployedFunction & {
  settings: Settings;
  code: FunctionCode;
  description: string;
  timeout: Duration;
  statements: iam.PolicyStatement[];
  /** Where Lambda puts the events that it has given up; of a queue as an event source it gives up none. */
  failedCalls?: sqs.IQueue;
};

/**
 * A function of this project: Node.js 24, an own role that may write its own log and do what its statements say, and
 * logs that go away in time.
 */
export class JobFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    this.logGroup = logGroup(this, 'Log', props.settings);
    // With a role of its own, CDK does not add AWSLambdaBasicExecutionRole, which allows every log group.
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        sid: 'WriteLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    const { failedCalls } = props;
    const statements = [...props.statements, ...(failedCalls ? [sendStatement(failedCalls)] : [])];
    for (const statement of statements) role.addToPrincipalPolicy(statement);
    this.lambda = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code(props.name),
      description: props.description,
      environment: props.environment,
      // What CDK would add for an event source is not under the conditions of these statements.
      role: role.withoutPolicyUpdates(),
      logGroup: this.logGroup,
      timeout: props.timeout,
      // The processor comes with the memory, and a cold start stands between an upload and its instance.
      memorySize: 512,
      tracing: lambda.Tracing.DISABLED,
      onFailure: failedCalls && new destinations.SqsDestination(failedCalls),
    });
    // The role that CDK was given does not bring its policy along as a dependency.
    this.lambda.node.addDependency(role);
  }
}

/** Lambda sends with the role of the function ("Capturing records of Lambda asynchronous invocations"). */
function sendStatement(queue: sqs.IQueue): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'TellOfFailedCalls',
    actions: ['sqs:SendMessage'],
    resources: [queue.queueArn],
  });
}
