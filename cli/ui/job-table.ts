import type { State } from '../../contract/status';
import { formatCost } from '../jobs/format-jobs';
import type { ListedJob } from '../json/list';
import { formatSpan } from '../shared/spans';
import { type Html, html } from './html';
import { shortTime } from './page';

/** The class of each state: a sign and a colour, beside the word. */
export const STATE_CLASS: Record<State, string> = {
  WAITING: 'wait',
  RUNNING: 'wait',
  SUCCEEDED: 'good',
  FAILED: 'bad',
};

/** Where a job's own view is; undefined for none. */
export type JobLink = (job: ListedJob) => string | undefined;

/** Jobs as a table. End tags that HTML can do without are left out: a file of 1,000 jobs is to be small. */
export function jobTable(caption: string, jobs: readonly ListedJob[], linkTo: JobLink): Html {
  return html`<div class="wide"><table class="jobs"><caption>${caption}</caption>
<thead><tr><th scope="col">Job<th scope="col">State<th scope="col">Submitted (UTC)<th scope="col">Duration<th scope="col">Reason<th scope="col">Cost<th scope="col">Commit<th scope="col">Version</thead>
<tbody>${jobs.map((job) => row(job, linkTo(job)))}</tbody></table></div>`;
}

function row(job: ListedJob, href: string | undefined): Html {
  const id = href === undefined ? job.job_id : html`<a href="${href}">${job.job_id}</a>`;
  const lasted = job.duration_seconds === null ? '' : formatSpan(job.duration_seconds * 1000);
  return html`<tr><th scope="row">${id}<td class="${STATE_CLASS[job.state]}">${job.state}<td>${shortTime(job.submitted)}<td>${lasted}<td>${job.reason}<td>${formatCost(job.cost_estimate_usd)}<td>${job.git_commit?.slice(0, 7)}<td>${job.template_version}
`;
}
