import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-eventbridge';
import { awsJson } from '../protocol/aws-json';
import { ServiceError } from '../protocol/error';
import type { Handlers, Unsupported } from '../protocol/operation';
import { SdkService } from '../protocol/service';
import type { DeliveredEvent } from './delivered-event';

interface Bus {
  region: string;
  /** Twelve digits. */
  accountId: string;
  onEvent: (event: DeliveredEvent) => void;
}

/** Entries and bytes of a request (PutEvents, EventBridge API reference). */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;

/** EventBridge as far as putting events goes: hands each event to its one subscriber. */
export class EventBridgeService extends SdkService<typeof sdk, Bus> {
  constructor(bus: Bus) {
    const protocol = awsJson(sdk, { version: '1.1', target: 'AWSEvents' });
    super({ name: 'events', protocol, handlers: HANDLERS, unsupported: UNSUPPORTED, context: bus });
  }
}

const HANDLERS: Handlers<typeof sdk, Bus> = {
  PutEvents({ Entries: entries = [] }, bus) {
    if (entries.length === 0 || entries.length > MOST_ENTRIES) {
      throw new ServiceError('ValidationException', `Entries must have between 1 and ${MOST_ENTRIES} members.`);
    }
    if (entries.reduce((bytes, entry) => bytes + sizeOf(entry), 0) > MOST_BYTES) {
      throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const answers = entries.map((entry) => put(entry, bus));
    return { FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode).length, Entries: answers };
  },
};

const UNSUPPORTED: Unsupported<typeof sdk> = { PutEvents: ['EndpointId'] };

/** An entry that is refused leaves the others alone. */
function put(entry: sdk.PutEventsRequestEntry, { region, accountId, onEvent }: Bus): sdk.PutEventsResultEntry {
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time = new Date(), EventBusName } = entry;
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => value === '');
  if (missing) {
    const [name] = missing;
    return refused('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if (Source.startsWith('aws.')) return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (EventBusName !== undefined && EventBusName !== 'default')
    return refused('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
  const detail = jsonObject(Detail);
  if (!detail) return refused('MalformedDetail', 'Detail is malformed.');
  const id = randomUUID();
  const time = Time.toISOString().replace(/\.\d+Z$/, 'Z');
  const at = { account: accountId, time, region, resources: Resources };
  onEvent({ version: '0', id, 'detail-type': DetailType, source: Source, ...at, detail });
  return { EventId: id };
}

function refused(ErrorCode: string, ErrorMessage: string): sdk.PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** As "Calculating PutEvents event entry size" (EventBridge User Guide) has it. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: sdk.PutEventsRequestEntry) {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), Time ? 14 : 0);
}
