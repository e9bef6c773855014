/** One place and shape to try: unset means the template's own type, or EC2's choice of a subnet. */
export interface Candidate {
  subnetId?: string;
  instanceType?: string;
}

/**
 * What is tried, in order: the template's own instance type in every subnet first, then each further type.
 *
 * The order is part of the ClientToken, so it must be the same for every delivery of a message.
 */
export function candidates(subnetIds: readonly string[], furtherTypes: readonly string[]): Candidate[] {
  const subnets = subnetIds.length > 0 ? subnetIds : [undefined];
  return [undefined, ...furtherTypes].flatMap((instanceType) =>
    subnets.map((subnetId) => ({ subnetId, instanceType })),
  );
}

/** A candidate for people: "m6i.large in subnet-1". */
export function describeCandidate({ subnetId, instanceType }: Candidate): string {
  return `${instanceType ?? "the template's instance type"} in ${subnetId ?? 'a default subnet'}`;
}
