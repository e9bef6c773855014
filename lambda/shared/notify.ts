import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Tells people, through the stack's topic. Rejects when SNS does not take the message. */
export type Notify = (subject: string, message: string) => Promise<void>;

/** SNS's limits: 100 characters of printable ASCII in a subject, 256 KiB in a message (Publish, SNS API reference). */
const MAX_SUBJECT = 100;
const MAX_MESSAGE = 100_000;

/** A function that publishes to one topic, with subjects and messages made fit. */
export function notifier(sns: Pick<SNSClient, 'send'>, TopicArn: string): Notify {
  return async (subject, message) => {
    const Subject = subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT);
    await sns.send(new PublishCommand({ TopicArn, Subject, Message: message.slice(0, MAX_MESSAGE) }));
  };
}
