import { Ec2Error } from './errors';
import type { StateReasonRecord } from './state';

/** Which launches a fault is for, judged after the template was merged in. Absent fields match everything. */
interface LaunchMatch {
  subnetId?: string;
  instanceType?: string;
}

interface Injected {
  /** How many calls it hits; 1 when absent. */
  count?: number;
}

/** The call is refused. Without `when` before anything is looked at; with it, as the last step before the launch. */
interface RefusedCall extends Injected {
  action: string;
  code: string;
  message?: string;
  /** HTTP status; follows from the code when absent. */
  status?: number;
  when?: LaunchMatch;
}

/** The call does its work, and then the answer is lost: the connection ends without a byte. */
interface LostAnswer extends Injected {
  action: string;
  lostAnswer: true;
}

/** The launch is answered with success, and the instance then goes from `pending` to `terminated`. */
interface DeadOnArrival extends Injected {
  action: 'RunInstances';
  /** Code of the instance's StateReason, such as `Server.InsufficientInstanceCapacity`. */
  diesBeforeRunning: string;
  /** Its message, which may begin with another code; the code with a few words when absent. */
  message?: string;
  when?: LaunchMatch;
}

export type Fault = RefusedCall | LostAnswer | DeadOnArrival;

/** Faults to come, first in first out for each kind. In memory only: a restart forgets them. */
export class Faults {
  readonly #waiting: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.count ?? 1 });
  }

  /** @throws Ec2Error the refusal meant for any call of this action */
  refuseCall(action: string): void {
    const fault = this.#take((f): f is RefusedCall => f.action === action && 'code' in f && !f.when);
    if (fault) throw refusal(fault);
  }

  /** @throws Ec2Error the refusal meant for a launch like this one */
  refuseLaunch(launch: Required<LaunchMatch>): void {
    const fault = this.#take(
      (f): f is RefusedCall => 'code' in f && f.action === 'RunInstances' && matches(f.when, launch),
    );
    if (fault) throw refusal(fault);
  }

  takeDeadOnArrival(launch: Required<LaunchMatch>): StateReasonRecord | undefined {
    const fault = this.#take((f): f is DeadOnArrival => 'diesBeforeRunning' in f && matches(f.when, launch));
    if (!fault) return undefined;
    const { diesBeforeRunning: Code, message: Message = `${Code}: The instance failed to launch` } = fault;
    return { Code, Message };
  }

  takeLostAnswer(action: string): boolean {
    return this.#take((f): f is LostAnswer => 'lostAnswer' in f && f.action === action) !== undefined;
  }

  #take<F extends Fault>(wanted: (fault: Fault) => fault is F): F | undefined {
    const index = this.#waiting.findIndex(({ fault }) => wanted(fault));
    const found = this.#waiting[index];
    if (!found || !wanted(found.fault)) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#waiting.splice(index, 1);
    return found.fault;
  }
}

function matches(when: LaunchMatch | undefined, launch: Required<LaunchMatch>): boolean {
  if (when?.subnetId !== undefined && when.subnetId !== launch.subnetId) return false;
  return when?.instanceType === undefined || when.instanceType === launch.instanceType;
}

function refusal(fault: RefusedCall): Ec2Error {
  return new Ec2Error(fault.code, fault.message ?? MESSAGES[fault.code] ?? fault.code, fault.status);
}

/** EC2's own words for the errors that people will want to recognise. */
const MESSAGES: Readonly<Record<string, string>> = {
  InsufficientInstanceCapacity:
    'We currently do not have sufficient capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity.',
  RequestLimitExceeded: 'Request limit exceeded.',
  VcpuLimitExceeded:
    'You have requested more vCPU capacity than your current vCPU limit allows for this instance type.',
  InstanceLimitExceeded: 'You have requested more instances than your current instance limit allows.',
  InsufficientFreeAddressesInSubnet: 'There are not enough free addresses in the subnet to satisfy the request.',
  Unsupported:
    'The requested configuration is currently not supported. Please check the documentation for supported configurations.',
  UnauthorizedOperation: 'You are not authorized to perform this operation.',
  InternalError: 'An internal error has occurred',
  Unavailable: 'The server is overloaded and cannot handle the request.',
};
