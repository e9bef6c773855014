import * as sdk from '@aws-sdk/client-secrets-manager';
import { awsJson } from '../protocol/aws-json';
import { SdkService } from '../protocol/service';
import { HANDLERS } from './handlers';
import { Secrets } from './secrets';

/** Secrets Manager: the operations of `handlers.ts`, on secrets in memory. */
export class SecretsManagerService extends SdkService<typeof sdk, Secrets> {
  constructor(where: { region?: string; accountId?: string } = {}) {
    const protocol = awsJson(sdk, { version: '1.1', target: 'secretsmanager' });
    super({ name: 'secretsmanager', protocol, handlers: HANDLERS, context: new Secrets(where) });
  }
}
