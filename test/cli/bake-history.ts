import type {
  ImageStatus,
  WorkflowExecutionStatus,
  WorkflowStepExecutionStatus,
  WorkflowType,
} from '@aws-sdk/client-imagebuilder';

export interface WorkflowStep {
  name: string;
  action: string;
  status: WorkflowStepExecutionStatus;
  message?: string;
}

/** A build, test or distribution workflow of one bake. Times are ISO 8601. */
export interface Workflow {
  type: WorkflowType;
  status: WorkflowExecutionStatus;
  startTime: string;
  endTime?: string;
  steps: WorkflowStep[];
}

/** One execution of the pipeline: an image build version. */
export interface Bake {
  arn: string;
  version: string;
  created: string;
  status: ImageStatus;
  reason?: string;
  imageId?: string;
  workflows: Workflow[];
}

/** The executions of the one pipeline of a machine, newest last. */
export class Bakes {
  readonly all: Bake[] = [];
  readonly pipelineArn: string;
  /** What the ARN of each image starts with. */
  readonly imageArnPrefix: string;
  private readonly byToken = new Map<string, Bake>();

  constructor(
    readonly region: string,
    readonly accountId: string,
    readonly pipelineName: string,
  ) {
    const own = `arn:aws:imagebuilder:${region}:${accountId}`;
    this.pipelineArn = `${own}:image-pipeline/${pipelineName}`;
    this.imageArnPrefix = `${own}:image/${pipelineName}/`;
  }

  /** Begins an execution, once for each token. */
  start(token: string, created = new Date().toISOString()): Bake {
    const known = this.byToken.get(token);
    if (known) return known;
    const version = '1.0.0';
    const arn = `${this.imageArnPrefix}${version}/${this.all.length + 1}`;
    const bake: Bake = { arn, version, created, status: 'PENDING', workflows: [] };
    this.byToken.set(token, bake);
    this.all.push(bake);
    return bake;
  }

  find(arn: string): Bake | undefined {
    return this.all.find((bake) => bake.arn === arn);
  }
}
