import type { Status, Usage } from '../../contract/status';
import { formatBytes } from '../shared/bytes';

/** What a job used, as words for people; null where it was not measured. */
export function usageFacts(status: Status): [string, string | null][] {
  const { peak_memory_bytes: peak, cpu_seconds, vcpus, disk_used_bytes, ...files } = status.usage ?? {};
  const share = cpuShare(status);
  const memory = memoryForApp(status.usage);
  const data = [
    files.input_bytes == null ? [] : `${formatBytes(files.input_bytes)} in`,
    files.output_bytes == null ? [] : `${formatBytes(files.output_bytes)} out`,
  ].flat();
  return [
    [
      'memory',
      said(
        peak,
        (bytes) => `${formatBytes(bytes)} at its peak${memory ? `, of ${formatBytes(memory)} for the app` : ''}`,
      ),
    ],
    [
      'cpu',
      said(
        cpu_seconds,
        (seconds) =>
          `${seconds} s${share === undefined ? '' : `, ${percent(share)} of ${vcpus} vCPUs while the app ran`}`,
      ),
    ],
    ['disk', said(disk_used_bytes, (bytes) => `${formatBytes(bytes)} in use when the app had ended`)],
    ['data', data.join(', ') || null],
  ];
}

const said = (value: number | null | undefined, words: (value: number) => string) =>
  value == null ? null : words(value);

/** A part of 1 for people. */
export const percent = (share: number) => `${Math.round(share * 100)}%`;

/** The bytes of memory that the app could have; undefined when they are not known. */
export function memoryForApp(usage: Usage | null | undefined): number | undefined {
  // Statuses of earlier runners have the instance's alone.
  return usage?.memory_limit_bytes ?? usage?.memory_bytes ?? undefined;
}

/** Which part of the vCPUs the app used while it ran, of 1; undefined when that was not measured. */
export function cpuShare(status: Status): number | undefined {
  const { cpu_seconds, vcpus } = status.usage ?? {};
  const seconds = appSeconds(status);
  return cpu_seconds == null || !vcpus || seconds <= 0 ? undefined : Math.min(1, cpu_seconds / (seconds * vcpus));
}

/** How long the app ran. */
export function appSeconds({ phases }: Status): number {
  return (phases ?? []).reduce((sum, { name, seconds }) => sum + (name === 'app' ? (seconds ?? 0) : 0), 0);
}
