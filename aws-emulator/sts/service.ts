import * as sdk from '@aws-sdk/client-sts';
import { identityOf } from '../identity';
import type { Handlers } from '../protocol/operation';
import { awsQuery } from '../protocol/query';
import { SdkService } from '../protocol/service';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

interface Account {
  /** Twelve digits. */
  accountId: string;
}

/** STS as far as telling a caller who he is. */
export class StsService extends SdkService<typeof sdk, Account> {
  constructor(account: Account) {
    super({ name: 'sts', protocol: awsQuery(sdk, NAMESPACE), handlers: HANDLERS, context: account });
  }
}

const HANDLERS: Handlers<typeof sdk, Account> = {
  GetCallerIdentity: (_input, { accountId }, { accessKeyId }) => identityOf(accessKeyId, accountId),
};
