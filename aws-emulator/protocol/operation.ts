import { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceRequest } from '../http/types';

/**
 * A client package of the SDK (`import * as sdk from '@aws-sdk/client-s3'`):
 * exports `PutObject$` and `PutObjectCommand`.
 */
export type Sdk = object;

/** A shape of the SDK: its members by their names. */
export type Shape = Record<string, unknown>;

/** The names of a client's operations: `PutObject`, ... */
export type OperationName<S extends Sdk> =
  Extract<keyof S, `${string}Command`> extends `${infer Name}Command` ? Name : never;

type CommandOf<S extends Sdk, Name extends string> = `${Name}Command` extends keyof S
  ? S[`${Name}Command`] extends abstract new (
      ...args: never
    ) => infer Command
    ? Command
    : never
  : never;

/** The layer refuses a request without a required member, so that a handler finds each of them. */
type Checked<Input> = {
  [Member in keyof Input]: object extends Pick<Input, Member> ? Input[Member] : Exclude<Input[Member], undefined>;
};

type InputOf<Command> = Command extends { input: infer Input } ? Checked<Input> : never;

type OutputOf<Command> = Command extends {
  resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer Output }>;
}
  ? Omit<Output, '$metadata'>
  : never;

/**
 * One operation of a service: the SDK's input shape in, its output shape out. What it throws as a `ServiceError`
 * becomes the error answer.
 *
 * @param context what the service's operations work on
 * @param request for the body where it is a stream (`Body` is not read before), and a status other than the usual one
 */
export type Handler<S extends Sdk, Name extends string, Context> = (
  input: InputOf<CommandOf<S, Name>>,
  context: Context,
  request: ServiceRequest,
) => OutputOf<CommandOf<S, Name>> | Promise<OutputOf<CommandOf<S, Name>>>;

/** The operations that a service answers. */
export type Handlers<S extends Sdk, Context> = { readonly [Name in OperationName<S>]?: Handler<S, Name, Context> };

/** Members that would change what an operation does, if it were done in full: a request that has one is refused. */
export type Unsupported<S extends Sdk> = {
  readonly [Name in OperationName<S>]?: readonly (keyof InputOf<CommandOf<S, Name>>)[];
};

/** What the SDK publishes of an operation. */
export interface Operation {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** Method, path with its query, status. REST protocols only. */
  http?: readonly [method: string, uri: string, status: number];
}

/** An operation by its name; undefined when the SDK knows none. */
export function findOperation(sdk: Sdk, name: string): Operation | undefined {
  const schema: unknown = (sdk as Shape)[`${name}$`];
  // A static operation schema is [9, namespace, name, traits, input, output].
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  const traits = typeof schema[3] === 'object' ? schema[3] : {};
  const [input, output] = [NormalizedSchema.of(schema[4]), NormalizedSchema.of(schema[5])];
  return { name, input, output, http: traits.http };
}

/** Every operation of a client. */
export function allOperations(sdk: Sdk): Operation[] {
  return Object.keys(sdk).flatMap((key) => (key.endsWith('$') ? (findOperation(sdk, key.slice(0, -1)) ?? []) : []));
}

/** What the SDK's schema says of an error. */
export interface ErrorTraits {
  namespace?: string;
  httpError?: number;
  /** The code and the status that the error had in the Query protocol. */
  awsQueryError?: readonly [code: string, status: number];
}

/** Of an error by its code; empty when the SDK has no shape for it. */
export function errorTraits(sdk: Sdk, code: string): ErrorTraits {
  const schema: unknown = (sdk as Shape)[`${code}$`];
  // A static error schema is [-3, namespace, name, traits, ...].
  return Array.isArray(schema) && schema[0] === -3 ? { ...schema[3], namespace: schema[1] } : {};
}
