import { ServiceError } from '../protocol/error';

export const queueDoesNotExist = () => new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');

export const invalidReceipt = (handle: string) =>
  new ServiceError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);

export const notInFlight = () => new ServiceError('MessageNotInflight', 'The message referred to is not in flight.');

export const invalidValue = (value: unknown, name: string, reason: string) =>
  new ServiceError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid. Reason: ${reason}.`);
