import * as sdk from '@aws-sdk/client-sqs';
import { awsJson } from '../protocol/aws-json';
import { SdkService } from '../protocol/service';
import { HANDLERS } from './handlers';
import type { Queues } from './queues';

/** SQS: the operations of `handlers.ts`, on queues made beforehand. */
export class SqsService extends SdkService<typeof sdk, Queues> {
  constructor(queues: Queues) {
    const refusalCodes = { 'missing-parameter': [400, 'MissingParameter'] } as const;
    const protocol = awsJson(sdk, { version: '1.0', target: 'AmazonSQS', queryCompatible: true, refusalCodes });
    super({ name: 'sqs', protocol, handlers: HANDLERS, context: queues });
  }
}
