import type { RequestLaunchTemplateData, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { LaunchParameters } from './state';

type Fields = Record<string, unknown>;

/** Lists that are merged entry by entry, and what makes two entries the same one. Every other list is replaced. */
const KEYED_LISTS: Readonly<Record<string, string>> = {
  BlockDeviceMappings: 'DeviceName',
  NetworkInterfaces: 'DeviceIndex',
  TagSpecifications: 'ResourceType',
  Tags: 'Key',
};

/**
 * What a launch amounts to: the request over the template version (EC2 user guide, "Launch instances from a launch
 * template"). A plain value of the request replaces the template's, user data included. A nested structure keeps what
 * the template says and gains what the request adds. Tags are merged by key, block devices by device name.
 */
export function mergeLaunch(
  template: RequestLaunchTemplateData | undefined,
  request: RunInstancesRequest,
): LaunchParameters {
  const { LaunchTemplate: _template, ClientToken: _token, DryRun: _dryRun, ...asked } = request;
  const { RamDiskId, ...data } = template ?? {};
  const base: Fields = RamDiskId === undefined ? { ...data } : { ...data, RamdiskId: RamDiskId };
  return mergeFields(base, asked as Fields) as unknown as LaunchParameters;
}

/** The subnet of a launch, wherever it is given. */
export function subnetOf(parameters: LaunchParameters): string | undefined {
  return parameters.SubnetId ?? parameters.NetworkInterfaces?.find((one) => one.SubnetId)?.SubnetId;
}

function mergeFields(base: Fields, over: Fields): Fields {
  const result: Fields = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value !== undefined) result[name] = mergeValue(name, base[name], value);
  }
  return result;
}

function mergeValue(name: string, base: unknown, over: unknown): unknown {
  const key = KEYED_LISTS[name];
  if (key && Array.isArray(base) && Array.isArray(over)) return mergeList(base as Fields[], over as Fields[], key);
  if (isFields(base) && isFields(over)) return mergeFields(base, over);
  return over;
}

function mergeList(base: Fields[], over: Fields[], key: string): Fields[] {
  const result = [...base];
  for (const entry of over) {
    const index = result.findIndex((one) => one[key] === entry[key]);
    const same = result[index];
    if (same) result[index] = mergeFields(same, entry);
    else result.push(entry);
  }
  return result;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
