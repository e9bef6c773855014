import { randomUUID } from 'node:crypto';
import { readBody } from '../http/body';
import type { Service, ServiceRequest } from '../http/types';

/** SNS takes messages of 256 KiB; form encoding can make three times of it. */
const LONGEST_REQUEST = 1024 * 1024;

/** A message as its subscribers would get it. */
export interface Notice {
  topicArn: string;
  subject: string;
  message: string;
}

/** SNS as far as publishing goes, by the Query protocol: hands each message to its one subscriber. */
export class SnsService implements Service {
  readonly name = 'sns';

  constructor(private readonly onNotice: (notice: Notice) => void) {}

  async handle({ req, res }: ServiceRequest): Promise<void> {
    const form = new URLSearchParams((await readBody(req, LONGEST_REQUEST)).toString());
    const [topicArn, subject, message] = ['TopicArn', 'Subject', 'Message'].map((name) => form.get(name) ?? '');
    const problem = refusal(form);
    if (!problem)
      this.onNotice({ topicArn: topicArn as string, subject: subject as string, message: message as string });
    const xml = problem
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${problem}</Code></Error></ErrorResponse>`
      : `<PublishResponse><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult></PublishResponse>`;
    res.writeHead(problem ? 400 : 200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(xml) });
    res.end(xml);
  }
}

/** The error code of a form that SNS would not take (Publish, SNS API reference). */
function refusal(form: URLSearchParams): string | undefined {
  if (form.get('Action') !== 'Publish') return 'InvalidAction';
  const subject = form.get('Subject');
  if (subject !== null && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) return 'InvalidParameter';
  return form.get('TopicArn') && form.get('Message') ? undefined : 'InvalidParameter';
}
