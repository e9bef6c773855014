import * as sdk from '@aws-sdk/client-ssm';
import { awsJson } from '../protocol/aws-json';
import { SdkService } from '../protocol/service';
import { HANDLERS } from './handlers';
import { Parameters } from './parameters';

/** Parameter Store of Systems Manager: the operations of `handlers.ts`, on parameters in memory. */
export class SsmService extends SdkService<typeof sdk, Parameters> {
  constructor(where: { region?: string; accountId?: string } = {}) {
    const protocol = awsJson(sdk, { version: '1.1', target: 'AmazonSSM' });
    super({ name: 'ssm', protocol, handlers: HANDLERS, context: new Parameters(where) });
  }
}
