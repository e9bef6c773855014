import { randomUUID } from 'node:crypto';
import type { ArchitectureValues } from '@aws-sdk/client-ec2';
import { readBody } from '../http/body';
import type { Service, ServiceRequest } from '../http/types';
import { ACTIONS } from './actions';
import { operation } from './codec/operations';
import { decodeQuery } from './codec/query';
import { encodeError, encodeResponse } from './codec/xml';
import { dryRunSucceeded, Ec2Error, missingParameter } from './errors';
import type { InstanceStateChange } from './events';
import { type Fault, Faults } from './faults';
import type { InstanceHost } from './host';
import { isId, newId } from './ids';
import { type EndReason, Lifecycle } from './lifecycle';
import { emptyState, type ImageRecord } from './state';
import { defaultSubnets, type SubnetRecord } from './subnets';
import type { Tags } from './tags';
import type { World } from './world';

/** Room for user data in base64 and 50 tags, many times over. */
const LONGEST_REQUEST = 1024 * 1024;

export interface Ec2Options {
  region: string;
  /** Twelve digits. */
  accountId: string;
  host: InstanceHost;
  /** Told of every change of an instance's state, in order. Must not throw. */
  onStateChange?(event: InstanceStateChange): void;
  /** The clock; the machine's when absent. */
  now?(): Date;
}

/** EC2, as far as a launch template, its instances and their images go. `ec2.md` describes what it does. */
export class Ec2Service implements Service {
  readonly name = 'ec2';
  /** The default VPC's subnets, one in each Availability Zone. */
  readonly subnets: readonly SubnetRecord[];
  readonly #world: World;

  constructor(options: Ec2Options) {
    const { region, accountId, host, onStateChange, now = () => new Date() } = options;
    const state = emptyState();
    const lifecycle = new Lifecycle({ instances: state.instances, host, region, accountId, now, onStateChange });
    this.subnets = defaultSubnets(region);
    this.#world = { region, accountId, state, subnets: this.subnets, host, lifecycle, faults: new Faults(), now };
  }

  async handle({ req, res, url }: ServiceRequest): Promise<void> {
    const requestId = randomUUID();
    try {
      const params = await readParameters(req, url);
      const action = params.get('Action') ?? '';
      const xml = encodeResponse(action, ...(await this.#call(action, params)), requestId);
      // A lost answer is one that was made and never arrived.
      if (this.#world.faults.takeLostAnswer(action)) res.destroy();
      else send(res, 200, xml);
    } catch (error) {
      if (!(error instanceof Ec2Error)) throw error;
      send(res, error.status, encodeError(error.code, error.message, requestId));
    }
  }

  /**
   * Registers a folder as an AMI, as a finished bake does. With the id of an image that exists it is replaced, which
   * EC2 never does: for the local image that is made anew at each start.
   */
  addImage(image: {
    imageId?: string;
    name: string;
    rootDir: string;
    description?: string;
    architecture?: ArchitectureValues;
    tags?: Tags;
  }): string {
    const id = image.imageId ?? newId('ami');
    if (!isId('ami', id)) throw new Error(`not an AMI id: ${id}`);
    const { name, rootDir, description, architecture, tags = {} } = image;
    this.#world.state.images.set(id, {
      id,
      name,
      rootDir,
      description,
      architecture,
      tags,
      createTime: this.#world.now().toISOString(),
    });
    return id;
  }

  /** The images there are, with their folders. */
  get images(): ImageRecord[] {
    return [...this.#world.state.images.values()];
  }

  /** The tags of an instance as they are now: what instance metadata shows. */
  tagsOf(instanceId: string): Tags {
    return { ...this.#world.state.instances.get(instanceId)?.tags };
  }

  /** The host reports a machine that ended by itself. */
  instanceEnded(instanceId: string, reason: EndReason): void {
    this.#world.lifecycle.ended(instanceId, reason);
  }

  /** Makes coming calls fail; see {@link Fault} for the ways they can. */
  failNext(fault: Fault): void {
    this.#world.faults.add(fault);
  }

  /** Settles when no machine is being started or stopped. */
  settled(): Promise<void> {
    return this.#world.lifecycle.settled();
  }

  async #call(action: string, params: URLSearchParams) {
    if (!action) throw missingParameter('Action');
    const run = ACTIONS.get(action);
    if (!run) throw new Ec2Error('InvalidAction', `The action ${action} is not valid for this web service.`);
    const { input: schema, output } = operation(action);
    const input = decodeQuery(schema, params);
    this.#world.faults.refuseCall(action);
    // A launch is checked in full before its dry run succeeds; here that is worth it for nothing else.
    if (input.DryRun && action !== 'RunInstances') throw dryRunSucceeded();
    return [output, await run(this.#world, input as never)] as const;
  }
}

async function readParameters(req: ServiceRequest['req'], url: URL): Promise<URLSearchParams> {
  const params = new URLSearchParams((await readBody(req, LONGEST_REQUEST)).toString());
  for (const [name, value] of url.searchParams) params.append(name, value);
  return params;
}

function send(res: ServiceRequest['res'], status: number, xml: string): void {
  res.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8', 'content-length': Buffer.byteLength(xml) });
  res.end(xml);
}
