import { Faults } from '../protocol/faults';
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

/** Faults to come, first in first out for each kind. */
export class Ec2Faults extends Faults<Fault> {
  /** @throws Ec2Error the refusal meant for any call of this action */
  refuseCall(action: string): void {
    const fault = this.take((f): f is RefusedCall => f.action === action && 'code' in f && !f.when);
    if (fault) throw refusal(fault);
  }

  /** @throws Ec2Error the refusal meant for a launch like this one */
  refuseLaunch(launch: Required<LaunchMatch>): void {
    const fault = this.take(
      (f): f is RefusedCall => 'code' in f && f.action === 'RunInstances' && matches(f.when, launch),
    );
    if (fault) throw refusal(fault);
  }

  takeDeadOnArrival(launch: Required<LaunchMatch>): StateReasonRecord | undefined {
    const fault = this.take((f): f is DeadOnArrival => 'diesBeforeRunning' in f && matches(f.when, launch));
    if (!fault) return undefined;
    const { diesBeforeRunning: Code, message: Message = `${Code}: The instance failed to launch` } = fault;
    return { Code, Message };
  }

  takeLostAnswer(action: string): boolean {
    return this.take((f): f is LostAnswer => 'lostAnswer' in f && f.action === action) !== undefined;
  }
}

function matches(when: LaunchMatch | undefined, launch: Required<LaunchMatch>): boolean {
  if (when?.subnetId !== undefined && when.subnetId !== launch.subnetId) return false;
  return when?.instanceType === undefined || when.instanceType === launch.instanceType;
}

function refusal({ code, message = code, status }: RefusedCall): Ec2Error {
  return new Ec2Error(code, message, status);
}
