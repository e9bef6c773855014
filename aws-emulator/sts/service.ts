import * as sdk from '@aws-sdk/client-sts';
import { identityOf } from '../identity';
import type { RoleCredentials } from '../imds/instance';
import { ServiceError } from '../protocol/error';
import type { Handlers } from '../protocol/operation';
import { awsQuery } from '../protocol/query';
import { SdkService } from '../protocol/service';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

interface Account {
  /** Twelve digits. */
  accountId: string;
  /** New temporary credentials for whoever assumes a role; nobody may assume one when absent. */
  assumeRole?(): RoleCredentials;
}

/** STS as far as telling a caller who he is, and giving him a role. */
export class StsService extends SdkService<typeof sdk, Account> {
  constructor(account: Account) {
    super({ name: 'sts', protocol: awsQuery(sdk, NAMESPACE), handlers: HANDLERS, context: account });
  }
}

const HANDLERS: Handlers<typeof sdk, Account> = {
  /** Any role, whatever it is called. With an MFA device any six digits are its code. */
  AssumeRole({ RoleArn, RoleSessionName, SerialNumber, TokenCode }, { accountId, assumeRole }) {
    if (!assumeRole) throw denied(`User is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`);
    if (SerialNumber && !/^\d{6}$/.test(TokenCode ?? '')) {
      throw denied('MultiFactorAuthentication failed with invalid MFA one time pass code.');
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = assumeRole();
    const { UserId: AssumedRoleId } = identityOf(accessKeyId, accountId);
    const Arn = `arn:aws:sts::${accountId}:assumed-role/${RoleArn?.split('/').at(-1)}/${RoleSessionName}`;
    return {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: expiration,
      },
      AssumedRoleUser: { AssumedRoleId, Arn },
    };
  },

  GetCallerIdentity: (_input, { accountId }, { accessKeyId }) => identityOf(accessKeyId, accountId),
};

function denied(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, 403);
}
