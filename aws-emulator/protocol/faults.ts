/** The faults a test has asked for, in order; each is met as often as it says. */
export class Faults<Fault extends { count?: number }> {
  private readonly waiting: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, left: fault.count ?? 1 });
  }

  /** The first that is wanted, one time less from now on. */
  take<F extends Fault>(wanted: (fault: Fault) => fault is F): F | undefined {
    const found = this.waiting.find(({ fault }) => wanted(fault));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.waiting.splice(this.waiting.indexOf(found), 1);
    return found.fault as F;
  }
}
