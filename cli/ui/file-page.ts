import type { Status } from '../../contract/status';
import type { ListedJob } from '../json/list';
import { charts } from './charts-view';
import { type Html, html } from './html';
import { type JobLink, jobTable } from './job-table';
import { jobSection } from './job-view';
import { page } from './page';
import type { EndedJobs } from './read-ended';
import type { JobDetails } from './read-job';
import type { TemplateHistory } from './read-template';
import { versionTable } from './versions-view';

/** What a page in a file tells. */
export interface FileContent extends TemplateHistory {
  label: string;
  open: readonly ListedJob[];
  /** The newest of those that have ended. */
  listed: readonly ListedJob[];
  ended: EndedJobs;
  details: readonly JobDetails[];
  /** In milliseconds since 1970. */
  now: number;
}

/** So large is the file at most, in bytes. */
const MOST_BYTES = 300_000;

/**
 * Everything in one document that needs nothing else. Details are left out from the last one on, and then the oldest
 * jobs of the list, where it would be larger than {@link MOST_BYTES}.
 */
export function filePage(content: FileContent): string {
  let { details, listed } = content;
  for (;;) {
    const text = document({ ...content, details, listed });
    const bytes = Buffer.byteLength(text);
    if (bytes <= MOST_BYTES || (details.length === 0 && listed.length === 0)) return text;
    if (details.length > 0) details = details.slice(0, Math.floor(details.length * 0.8));
    else listed = listed.slice(0, Math.floor(listed.length * 0.8));
  }
}

const SECTIONS = { jobs: 'Jobs', details: 'Details', plots: 'Plots', versions: 'Template versions' };

function document({ label, open, listed, ended, details, versions, totalVersions, now }: FileContent): string {
  const anchors = new Map(details.map(({ status }, at) => [runOf(status), `job-${at}`]));
  const linkTo: JobLink = (job) => {
    const anchor = anchors.get(runOf(job));
    return anchor && `#${anchor}`;
  };
  const leftOut = ended.jobs.length - listed.length;
  const jobs = html`${open.length > 0 && jobTable('Under way', open, linkTo)}
${listed.length > 0 && jobTable(`Ended, the newest first${leftOut > 0 ? `; ${leftOut} older ones are left out` : ''}`, listed, linkTo)}
${open.length + listed.length === 0 && html`<p>There are no jobs.</p>`}`;
  const sections: [keyof typeof SECTIONS, Html][] = [
    ['jobs', jobs],
    ['details', html`${details.map((one, at) => jobSection(one, `job-${at}`, now))}`],
    ['plots', charts(ended, (text) => html`<h3>${text}</h3>`)],
    ['versions', versionTable(versions, totalVersions)],
  ];
  const body = html`<h1>Jobs of ${label}</h1>${sections.map(
    ([id, part]) => html`<section aria-labelledby="${id}"><h2 id="${id}">${SECTIONS[id]}</h2>${part}</section>`,
  )}`;
  const links = Object.entries(SECTIONS).map(([id, name]) => ({ name, href: `#${id}`, isHere: false }));
  return page({ title: `Jobs of ${label}`, content: body }, { label, links, now, isLive: false });
}

/** An id may have several runs in a list. The index has its times in milliseconds, and a status as they were written. */
const runOf = ({ job_id, ended }: Pick<Status, 'job_id' | 'ended'>) => `${Date.parse(ended ?? '')} ${job_id}`;
