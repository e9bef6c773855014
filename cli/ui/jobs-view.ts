import { REASONS } from '../../contract/reasons';
import { STATES } from '../../contract/status';
import type { ListedJob } from '../json/list';
import { type Html, html } from './html';
import { type JobLink, jobTable } from './job-table';
import type { View } from './page';

/** Which jobs a page is about, in the words of its address. */
export interface JobFilter {
  /** A state, a reason, `failed`, or empty for all. */
  status: string;
  /** A duration, or empty for all. */
  since: string;
  /** Of those that have ended, from 1 on. */
  page: number;
}

export interface JobsPage {
  filter: JobFilter;
  open: readonly ListedJob[];
  ended: readonly ListedJob[];
  /** Whether there is a page after this one. */
  hasMore: boolean;
}

const SINCE = { '': 'any time', '24h': 'the last day', '7d': 'the last 7 days', '30d': 'the last 30 days' };

/** The jobs, those under way first. */
export function jobsView({ filter, open, ended, hasMore }: JobsPage): View {
  return {
    title: 'Jobs',
    content: html`<h1>Jobs</h1>${filterForm(filter)}
<p role="status" id="now" data-part>${summary(open, ended)}</p>
<div id="jobs" data-part>${tables({ open, ended }, jobLink)}</div>${pages(filter, hasMore)}`,
  };
}

/** The tables of jobs under way and ended. */
function tables({ open, ended }: Pick<JobsPage, 'open' | 'ended'>, linkTo: JobLink): Html {
  return html`${open.length > 0 && jobTable('Under way', open, linkTo)}${ended.length > 0 && jobTable('Ended, the newest first', ended, linkTo)}`;
}

const jobLink: JobLink = ({ job_id }) => `job?${new URLSearchParams({ id: job_id })}`;

function summary(open: readonly ListedJob[], [newest]: readonly ListedJob[]): string {
  const underWay = open.length === 0 ? 'No job is under way' : `${open.length} under way`;
  return newest ? `${underWay}. Ended last of these: ${newest.job_id} ${newest.state}.` : `${underWay}.`;
}

function filterForm({ status, since }: JobFilter): Html {
  const options = (names: readonly (readonly [string, string])[], chosen: string) =>
    names.map(([value, name]) =>
      value === chosen
        ? html`<option value="${value}" selected>${name}</option>`
        : html`<option value="${value}">${name}</option>`,
    );
  const words = [...STATES, ...REASONS].map((word) => [word, word] as const);
  const states = [['', 'all'] as const, ['failed', 'failed'] as const, ...words];
  const spans = Object.entries(SINCE);
  const isOther = !(since in SINCE);
  return html`<form method="get" action="./" role="search" aria-label="Jobs">
<label>State <select name="status">${options(states as [string, string][], status)}</select></label>
<label>Submitted in <select name="since">${options(isOther ? [...spans, [since, since] as const] : spans, since)}</select></label>
<button type="submit">Show</button></form>`;
}

function pages({ page, ...filter }: JobFilter, hasMore: boolean): Html | false {
  if (page === 1 && !hasMore) return false;
  const to = (number: number) => `./?${new URLSearchParams({ ...filter, page: String(number) })}`;
  return html`<nav aria-label="Pages"><ul>${page > 1 && html`<li><a href="${to(page - 1)}" rel="prev">Newer jobs</a></li>`}
<li>Page ${page}</li>${hasMore && html`<li><a href="${to(page + 1)}" rel="next">Older jobs</a></li>`}</ul></nav>`;
}
