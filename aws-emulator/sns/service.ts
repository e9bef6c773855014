import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sns';
import { ServiceError } from '../protocol/error';
import type { Handlers, Unsupported } from '../protocol/operation';
import { awsQuery } from '../protocol/query';
import { SdkService } from '../protocol/service';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** A message as its subscribers would get it. */
export interface Notice {
  topicArn: string;
  subject: string;
  message: string;
}

type OnNotice = (notice: Notice) => void;

/** SNS as far as publishing goes: hands each message to its one subscriber. */
export class SnsService extends SdkService<typeof sdk, OnNotice> {
  constructor(onNotice: OnNotice) {
    super({
      name: 'sns',
      protocol: awsQuery(sdk, NAMESPACE),
      handlers: HANDLERS,
      unsupported: UNSUPPORTED,
      context: onNotice,
    });
  }
}

/** Refuses what SNS would refuse (Publish, SNS API reference). */
const HANDLERS: Handlers<typeof sdk, OnNotice> = {
  Publish({ TopicArn: topicArn, Subject: subject = '', Message: message }, onNotice) {
    if (!topicArn || !message) throw invalid(topicArn ? 'Message' : 'TopicArn');
    if (subject !== '' && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw invalid('Subject');
    onNotice({ topicArn, subject, message });
    return { MessageId: randomUUID() };
  },
};

const UNSUPPORTED: Unsupported<typeof sdk> = {
  Publish: ['TargetArn', 'PhoneNumber', 'MessageStructure', 'MessageAttributes'],
};

function invalid(name: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${name}`);
}
