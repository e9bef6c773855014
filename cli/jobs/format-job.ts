import pc from 'picocolors';
import { indexedJobOf } from '../../contract/job-index';
import { REASON_TABLE } from '../../contract/reasons';
import { isFinal, type Status } from '../../contract/status';
import { wholeSeconds } from '../../contract/time';
import { printable } from '../shared/printable';
import { formatAge, formatSpan } from '../shared/spans';
import { formatCost } from './format-jobs';
import { listedJob } from './listed-job';
import { phaseBars } from './phase-bars';
import { sizeHint } from './size-hint';
import { usageFacts } from './usage-facts';

/** What is told of a job beside its status. */
export interface JobView {
  status: Status;
  bucket: string;
  /** The end of its log. */
  log?: string[];
  /** Commands to copy. */
  next: string[];
  /** In milliseconds since 1970. */
  now: number;
  /** Characters of a line; absent: as many as it needs. */
  width?: number;
}

const LABEL_WIDTH = 10;

/** All of a job for people: the cause first, then what it ran on, its phases, the end of its log, and what to do. */
export function formatJob({ status, bucket, log, next, now, width }: JobView): string {
  const blocks = [
    [heading(status), printable(status.message, Number.POSITIVE_INFINITY)],
    jobFacts(status, bucket, now).map(([label, value]) => `${pc.dim(label.padEnd(LABEL_WIDTH))} ${value}`),
    phaseBars(status, now, width),
    log?.length ? [pc.dim('the end of its log:'), ...log.map((line) => printable(line))] : [],
    [pc.dim('next:'), ...next.map((line) => `  ${line}`)],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function heading({ job_id, state, reason }: Status): string {
  const paint = state === 'SUCCEEDED' ? pc.green : state === 'FAILED' ? pc.red : pc.yellow;
  const cause = reason ? `: ${reason} (${REASON_TABLE[reason].fault})` : '';
  return `${pc.bold(printable(job_id))} ${paint(state)}${cause}`;
}

/** What else is known of a job, as words for people: what it ran on, for how long, at what cost. `now` in milliseconds. */
export function jobFacts(status: Status, bucket: string, now: number): [string, string][] {
  const job = listedJob(indexedJobOf(status), now);
  const lasted = job.duration_seconds === null ? '' : formatSpan(job.duration_seconds * 1000);
  const rows: [string, string | null | undefined][] = [
    ['submitted', `${wholeSeconds(job.submitted)} (${formatAge(now - Date.parse(job.submitted))} ago)`],
    ['began', status.started && wholeSeconds(status.started)],
    ['ended', isFinal(status.state) && job.ended ? wholeSeconds(job.ended) : null],
    ['duration', lasted],
    ['cost', formatCost(status.cost_estimate_usd)],
    ...usageFacts(status),
    ['hint', sizeHint(status)],
    ['attempt', status.attempt > 1 ? String(status.attempt) : ''],
    ['exit code', status.exit_code === null ? '' : String(status.exit_code ?? '')],
    ['input', status.input_key ? `s3://${bucket}/${status.input_key}` : ''],
    ['commit', status.git_commit],
    ['python', status.python],
    ['packages', status.packages?.length ? status.packages.join(' ') : ''],
    ['version', status.template_version ? `${status.template_version} of the launch template` : ''],
    ['image', status.image_id],
    ['instance', [status.instance_id, status.instance_type].filter(Boolean).join(', ')],
  ];
  return rows.flatMap(([label, value]) =>
    value ? [[label, printable(value, Number.POSITIVE_INFINITY)] as [string, string]] : [],
  );
}
