import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What CloudFormation's response URL received. */
export interface Answer {
  body: Record<string, unknown>;
  contentType: string | undefined;
}

/** The place that a response URL points to. `failures`: statuses that the next answers get. */
export class ResponseUrl {
  readonly answers: Answer[] = [];
  failures: number[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<ResponseUrl> {
    const server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const status = self.failures.shift();
      if (status === undefined) {
        const body = JSON.parse(Buffer.concat(pieces).toString());
        self.answers.push({ body, contentType: request.headers['content-type'] });
      }
      response.writeHead(status ?? (request.method === 'PUT' ? 200 : 405)).end(status && '<Code>ExpiredToken</Code>');
    });
    const self = new ResponseUrl(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/answer?X-Amz-Signature=1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export const STACK = 'arn:aws:cloudformation:eu-west-1:000000000000:stack/lambda-ec2/1';
export const PIPELINE = 'arn:aws:imagebuilder:eu-west-1:000000000000:image-pipeline/jobs';
export const IMAGES = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/jobs/';
/** What the ARNs of the recipe's versions begin with. */
export const RECIPES = 'arn:aws:imagebuilder:eu-west-1:000000000000:image-recipe/jobs/';
export const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:notices';

/**
 * A request of CloudFormation for the custom resource. Versions travel as text, as CloudFormation sends all scalars.
 */
export function request(
  type: 'Create' | 'Update' | 'Delete',
  url: string,
  now: { version: number; recipe: string },
  old?: { version: number; recipe: string },
): Record<string, unknown> {
  const properties = ({ version, recipe }: { version: number; recipe: string }) => ({
    ServiceToken: 'arn:aws:lambda:eu-west-1:000000000000:function:publish',
    LatestVersionNumber: String(version),
    RecipeArn: recipe,
  });
  return {
    RequestType: type,
    ResponseURL: url,
    StackId: STACK,
    RequestId: 'd3b07384-0000-4000-8000-000000000000',
    LogicalResourceId: 'Deploy',
    ResourceType: 'Custom::DefaultVersion',
    ResourceProperties: properties(now),
    ...(type !== 'Create' && { PhysicalResourceId: 'lambda-ec2-default-version' }),
    ...(old && { OldResourceProperties: properties(old) }),
  };
}

/** A finished bake, as EventBridge tells of it: without the AMI. */
export function bakeEvent(buildArn: string, status = 'AVAILABLE'): Record<string, unknown> {
  return {
    source: 'aws.imagebuilder',
    'detail-type': 'EC2 Image Builder Image State Change',
    resources: [buildArn],
    detail: { 'previous-state': { status: 'INTEGRATING' }, state: { status } },
  };
}
