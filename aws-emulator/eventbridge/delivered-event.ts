import type { EventBridgeEvent } from 'aws-lambda';

/** An event as the target of a rule gets it ("Event structure", EventBridge User Guide). */
export type DeliveredEvent = EventBridgeEvent<string, Readonly<Record<string, unknown>>>;
