/** The processor architectures that EC2 and Amazon Linux have, in EC2's words. */
export const ARCHITECTURES = ['x86_64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

const INSTANCE_TYPE = /^[a-z][a-z0-9-]{0,20}\.[a-z0-9][a-z0-9-]{0,20}$/;

/** True for text that has the form of an instance type, such as `m7i.large`; EC2 alone knows whether it exists. */
export function isInstanceType(text: string): boolean {
  return INSTANCE_TYPE.test(text);
}

/**
 * The architecture of an instance type, from its name.
 *
 * EC2's naming convention: after the family's letters comes the generation, then attributes, of which `g` is AWS
 * Graviton (arm64). `g5` is a family of its own (letters before the digit), `a1` (Graviton) is older than that.
 */
export function architectureOf(instanceType: string): Architecture {
  const family = instanceType.split('.', 1)[0] as string;
  return /^a1$|^mac2|^[a-z]+[0-9]+[a-z]*g|-gb[0-9]/.test(family) ? 'arm64' : 'x86_64';
}
