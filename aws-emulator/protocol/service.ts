import { channel } from 'node:diagnostics_channel';
import { RequestRefused } from '../http/refused';
import type { ServiceRequest } from '../http/types';
import type { Handlers, Operation, Sdk, Shape, Unsupported } from './operation';
import { missingMembers } from './schema';
import { type ProtocolChoice, protocolFor, type Service } from './types';

/** An operation that is about to be done. */
export interface Call {
  /** As {@link ServiceDefinition.name}. */
  service: string;
  operation: string;
  input: Shape;
  request: ServiceRequest;
}

export interface ServiceDefinition<S extends Sdk, Context> {
  /** In SigV4 credential scopes: `s3`, `sqs`, ... */
  name: string;
  protocol: ProtocolChoice;
  handlers: Handlers<S, Context>;
  unsupported?: Unsupported<S>;
  /** Handed to every handler. */
  context: Context;
  /** Stands around every handler: faults that a test asks for, dry runs. */
  around?: (call: Call, handle: () => Promise<Shape>) => Promise<Shape>;
}

/** Every call of every service in this process, before it is done: a {@link Call}. */
export const CALLS = 'aws-emulator:call';
const calls = channel(CALLS);

type AnyHandler = (input: Shape, context: unknown, request: ServiceRequest) => Shape | Promise<Shape>;

/** A service made of the SDK's schemas and of one handler for each operation. */
export class SdkService<S extends Sdk, Context> implements Service {
  readonly name: string;
  readonly protocol: ProtocolChoice;

  constructor(private readonly definition: ServiceDefinition<S, Context>) {
    this.name = definition.name;
    this.protocol = definition.protocol;
  }

  /** @throws ServiceError and RequestRefused, which the endpoint answers in the protocol's form */
  async handle(request: ServiceRequest): Promise<void> {
    const { context, around = (_call, handle) => handle() } = this.definition;
    const handlers = this.definition.handlers as Readonly<Record<string, AnyHandler | undefined>>;
    const protocol = protocolFor(this.protocol, request.req);
    const operation = protocol.find(request);
    const handler = handlers[operation.name];
    if (!handler) {
      throw new RequestRefused('unknown-operation', `${operation.name} of ${this.name} is not implemented here`);
    }
    const input = await protocol.read(operation, request);
    this.check(operation, input);
    const handle = async () => handler(input, context, request);
    const call: Call = { service: this.name, operation: operation.name, input, request };
    calls.publish(call);
    const output = await around(call, handle);
    await protocol.write(operation, output, request);
  }

  private check({ name, input: schema }: Operation, input: Shape): void {
    const [missing] = missingMembers(schema, input);
    if (missing) {
      throw new RequestRefused('missing-parameter', `The request must contain the parameter ${missing}.`);
    }
    const lists = this.definition.unsupported as Readonly<Record<string, readonly string[]>> | undefined;
    const refused = lists?.[name]?.find((member) => input[member] !== undefined);
    if (refused) throw new RequestRefused('unsupported-member', `${refused} of ${name} is not implemented here`);
  }
}
