import pc from 'picocolors';
import { formatJobs } from '../jobs/format-jobs';
import type { SystemStatus } from '../json/status';

/** The system on one screen, in lines of at most `width` characters where the words allow it. */
export function formatStatus(status: SystemStatus, now: number, width?: number): string {
  const {
    system,
    stack_status,
    default_version: version,
    newest_bake: bake,
    jobs,
    schedules,
    alarms,
    dead_letters,
  } = status;
  const rows: [string, string | undefined][] = [
    ['system', stack_status ? `${system}, ${stack_status}` : system],
    ['version', version ? `${version.number}, ${version.description || `by ${version.created_by}`}` : undefined],
    ['image', version ? imageLine(version) : undefined],
    ['bake', bake ? `${bake.id} ${bake.status} ${bake.created.slice(0, 16)}`.trim() : undefined],
    ['alarms', alarms ? listed(alarms) : undefined],
    ['dead', dead_letters === null ? undefined : String(dead_letters)],
    ['jobs', `${jobs.under_way} under way, ${jobs.waiting.length} of them waiting`],
    ['next', schedules.map(({ name, next }) => `${name} ${next ?? 'never'}`).join(', ') || undefined],
  ];
  const waiting = jobs.waiting.map(({ job_id, reason, message }) => `  ${job_id}: ${message ?? reason ?? 'it waits'}`);
  const unknown = status.unknown.map((line) => pc.yellow(`not known: ${line.replace(/\s+/g, ' ')}`));
  const lines = rows.flatMap(([name, text]) => (text ? [`${name.padEnd(9)}${text}`] : []));
  const last = jobs.last.length > 0 ? `\n${formatJobs(jobs.last, now, width)}` : '';
  return `${[...lines, ...waiting, ...unknown].join('\n')}\n${last}`;
}

function imageLine({ image_id, image_age_days: days }: NonNullable<SystemStatus['default_version']>): string {
  if (!image_id) return 'none yet: jobs wait';
  if (image_id.startsWith('resolve:')) return image_id;
  return days === null
    ? `${image_id}, which is not there or not available`
    : `${image_id}, ${days} ${days === 1 ? 'day' : 'days'} old`;
}

const listed = (names: readonly string[]) => (names.length > 0 ? pc.red(names.join(', ')) : 'none');
