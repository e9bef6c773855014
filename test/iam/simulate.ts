import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT, REGION } from './account';
import type { Ask } from './asks';
import { BOUNDARY } from './boundary';
import type { Deployed, DeployedActor, Policy } from './deployed';
import { KEY_POLICY } from './key-policy';

/** Whether IAM allows something to a role of the stack: by its policies, its boundary, and the resource's own policy. */
export function isAllowed(stack: Deployed, actor: DeployedActor, ask: Ask): Promise<boolean> {
  const arn = sessionOf(stack.roleArns[actor]);
  return decide(stack, { arn, policies: stack.policies[actor], isBounded: stack.isBounded[actor] }, ask);
}

/** A principal with its own policies. */
interface Caller {
  /** Of a service its name, as `s3.amazonaws.com`. */
  arn: string;
  policies: Policy[];
  isBounded?: boolean;
}

/** Most settings change little of what a role may do. */
const DECIDED = new Map<string, Promise<boolean>>();

/** The same for a principal with policies of its own. */
export function decide(stack: Deployed, caller: Caller, ask: Ask): Promise<boolean> {
  const resourcePolicy = resourcePolicyOf(stack, ask.resource);
  return decideBy(resourcePolicy, caller, ask);
}

/** The same by a policy of the resource that is given: of a key, or who may take a role. */
export function decideBy(resourcePolicy: Policy | undefined, caller: Caller, ask: Ask): Promise<boolean> {
  const key = JSON.stringify([caller, resourcePolicy, ask]);
  const decision = DECIDED.get(key) ?? simulate(caller, resourcePolicy, ask);
  DECIDED.set(key, decision);
  return decision;
}

/** Throws when the simulator does not know the action, or not for such a resource: then the ask is wrong. */
async function simulate(caller: Caller, resourcePolicy: Policy | undefined, ask: Ask): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: caller.arn,
        action: ask.action,
        resource: { resource: ask.resource, accountId: ACCOUNT },
        contextVariables: { ...ALWAYS, ...ask.context },
      },
      identityPolicies: caller.policies.map((policy, index) => ({ name: `policy${index}`, policy })),
      permissionBoundaryPolicies: caller.isBounded ? [{ name: 'boundary', policy: BOUNDARY }] : undefined,
      resourcePolicy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error')
    throw new Error(`${ask.action} on ${ask.resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}

/** What every request of this project says: HTTPS, of a TLS version of today, in the stack's Region. */
const ALWAYS = {
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  'aws:RequestedRegion': REGION,
  'aws:PrincipalAccount': ACCOUNT,
  'aws:ResourceAccount': ACCOUNT,
};

/** Whoever has taken the role. */
export function sessionOf(roleArn: string): string {
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${roleArn.replace(/^.*\//, '')}/session`;
}

function resourcePolicyOf({ resourcePolicies, settings }: Deployed, resource: string): Policy | undefined {
  if (resource === settings.kms_key_arn) return KEY_POLICY;
  const owner = resource.startsWith('arn:aws:s3:::') ? resource.replace(/\/.*$/, '') : resource;
  return resourcePolicies.get(owner);
}
