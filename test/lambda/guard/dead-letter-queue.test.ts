import { SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueue } from '../../../lambda/guard/dead-letter-queue';
import { withSend } from '../with-send';

const QueueUrl = 'https://sqs/dead';

/** The queue with what SQS answers given, and what SQS was asked. */
function queue(answer: object) {
  const asked: [name: string, input: object][] = [];
  const sqs = withSend(SQSClient, async (command: { constructor: { name: string }; input: object }) => {
    asked.push([command.constructor.name, command.input]);
    return answer;
  });
  return { asked, ...deadLetterQueue(sqs, QueueUrl) };
}

describe('the dead-letter queue', () => {
  test('is empty when SQS says that it has no messages, and not when it says nothing', async () => {
    const { asked, isEmpty } = queue({ Attributes: { ApproximateNumberOfMessages: '0' } });
    expect(await isEmpty()).toBe(true);
    expect(asked).toEqual([
      ['GetQueueAttributesCommand', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }],
    ]);
    expect(await queue({ Attributes: { ApproximateNumberOfMessages: '1' } }).isEmpty()).toBe(false);
    expect(await queue({}).isEmpty()).toBe(false);
  });

  test('gives ten messages by a long poll, with the texts of their attributes', async () => {
    const message = {
      MessageId: 'm',
      ReceiptHandle: 'r',
      Body: 'text',
      MessageAttributes: { ERROR_CODE: { StringValue: 'X', DataType: 'String' }, BYTES: { DataType: 'Binary' } },
    };
    const { asked, receive } = queue({ Messages: [message, {}] });
    expect(await receive()).toEqual([
      { messageId: 'm', receiptHandle: 'r', body: 'text', attributes: { ERROR_CODE: 'X', BYTES: '' } },
      { messageId: '', receiptHandle: '', body: '', attributes: {} },
    ]);
    const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] };
    expect(asked).toEqual([['ReceiveMessageCommand', input]]);
    expect(await queue({}).receive()).toEqual([]);
  });

  test('removes a message by its receipt', async () => {
    const { asked, remove } = queue({});
    await remove({ messageId: 'm', receiptHandle: 'r', body: '', attributes: {} });
    expect(asked).toEqual([['DeleteMessageCommand', { QueueUrl, ReceiptHandle: 'r' }]]);
  });
});
