import type { Call } from 'aws-emulator/protocol/service';
import { INPUT_PREFIX, INPUT_SUFFIX, outputKeys } from '../../contract/keys';

/** What all keys of the project begin with. */
const ROOT = 'app_runner/';
/** The ends of the keys of a job's outputs, the longest first. */
const ENDS = Object.values(outputKeys('')).map((key) => key.slice(key.lastIndexOf('/') + 1));
/** Headers of S3 that another permission or a condition of a policy is about. */
const S3_MEMBERS = ['VersionId', 'IfMatch', 'IfNoneMatch', 'CopySource', 'Tagging', 'ACL'];
/** What a launch may say beside the launch template, and what the table need not. */
const LAUNCH_MEMBERS = [
  'LaunchTemplate',
  'MinCount',
  'MaxCount',
  'ClientToken',
  'UserData',
  'SubnetId',
  'InstanceType',
];

/**
 * A call as the table in calls.ts names it: its operation and whatever of its parameters a policy can be about, such as
 * `PutObject output/*_status.json IfMatch`.
 */
export function callName({ service, operation, input }: Pick<Call, 'service' | 'operation' | 'input'>): string {
  return [operation, ...aboutOf(service, operation, input)].join(' ');
}

function aboutOf(service: string, operation: string, input: Call['input']): string[] {
  if (service === 's3') {
    const place = input.Key ?? input.Prefix;
    const members = S3_MEMBERS.filter((name) => input[name] !== undefined);
    return place === undefined ? members : [placeOf(String(place)), ...members];
  }
  if (operation === 'RunInstances') return launchParts(input);
  if (operation === 'CreateTags')
    return (input.Resources as string[]).map((id) => (id.startsWith('lt-') ? 'launch-template' : id));
  if (input.QueueUrl) return [/dead/.test(String(input.QueueUrl)) ? 'dead letters' : 'jobs'];
  return input.resourceArn ? [String(input.resourceArn).split(/[:/]/)[5] as string] : [];
}

function launchParts(input: Call['input']): string[] {
  const tagged = ((input.TagSpecifications ?? []) as { ResourceType: string }[]).map((one) => one.ResourceType);
  const others = Object.keys(input).filter((name) => name !== 'TagSpecifications' && !LAUNCH_MEMBERS.includes(name));
  return [...tagged, ...others];
}

/** Where a key lies: `input/*.zip`, `output/*_status.json`, `index/*`. */
function placeOf(key: string): string {
  if (!key.startsWith(ROOT)) return key === '' ? '' : 'elsewhere';
  const [first = '', ...rest] = key.slice(ROOT.length).split('/');
  if (rest.length === 0) return first;
  const folder = `${first}/`;
  if (key.startsWith(INPUT_PREFIX)) return key.endsWith(INPUT_SUFFIX) ? `${folder}*${INPUT_SUFFIX}` : `${folder}*`;
  const end = folder === 'output/' ? ENDS.find((one) => key.endsWith(one)) : undefined;
  return `${folder}*${end ?? ''}`;
}
