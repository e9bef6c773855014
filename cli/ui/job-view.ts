import { REASON_TABLE } from '../../contract/reasons';
import type { Status } from '../../contract/status';
import { jobFacts } from '../jobs/format-job';
import { phaseSpans } from '../jobs/phase-bars';
import { type Html, html } from './html';
import { STATE_CLASS } from './job-table';
import type { View } from './page';
import type { JobDetails } from './read-job';

const BAR_WIDTH = 320;
const BAR_HEIGHT = 16;

/** One job as a view of its own, which is kept up to date. */
export function jobView(details: JobDetails, now: number): View {
  const { status } = details;
  return {
    title: `${status.job_id}: ${status.state}`,
    content: html`<h1>${status.job_id}</h1><div role="status" id="cause" data-part>${cause(status)}</div>
<h2>What to do</h2><div id="next" data-part>${commands(details.next)}</div>
<h2>Phases</h2><div id="phases" data-part>${phases(status, now)}</div>
<h2>The end of its log</h2><pre id="log" tabindex="0" role="region" aria-label="The end of the log" data-part>${logText(details)}</pre>
<h2>Facts</h2><div id="facts" data-part>${facts(details, now)}</div>`,
  };
}

/** The same within a page that has several. */
export function jobSection(details: JobDetails, anchor: string, now: number): Html {
  const { job_id, state, reason } = details.status;
  return html`<details><summary><b>${job_id}</b> ${state} ${reason}</summary><div id="${anchor}">${cause(details.status)}</div>
<h3>What to do</h3>${commands(details.next)}<h3>Phases</h3>${phases(details.status, now)}
<h3>The end of its log</h3><pre tabindex="0" role="region" aria-label="The end of the log of ${job_id}">${logText(details)}</pre>
<h3>Facts</h3>${facts(details, now)}</details>`;
}

function cause({ state, reason, message }: Status): Html {
  const why = reason ? `: ${reason} (${REASON_TABLE[reason].fault})` : '';
  return html`<div class="cause"><p class="state ${STATE_CLASS[state]}">${state}${why}</p><p>${message}</p></div>`;
}

function commands(lines: readonly string[]): Html {
  return html`<ul>${lines.map((line) => html`<li><code class="command">${line}</code></li>`)}</ul>`;
}

function phases(status: Status, now: number): Html {
  const spans = phaseSpans(status, now);
  if (spans.length === 0) return html`<p>None yet.</p>`;
  const bar = (at: number, length: number) => {
    const x = Math.min(BAR_WIDTH - 2, Math.round(at * BAR_WIDTH));
    const width = Math.max(2, Math.min(BAR_WIDTH - x, Math.round(length * BAR_WIDTH)));
    return html`<svg aria-hidden="true" width="${BAR_WIDTH}" height="${BAR_HEIGHT}" viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}"><rect class="c0" x="${x}" y="2" width="${width}" height="12"/></svg>`;
  };
  return html`<div class="wide"><table><caption>How long each phase took, and when</caption>
<thead><tr><th scope="col">Phase</th><th scope="col" class="n">Seconds</th><th scope="col">In the whole time</th></tr></thead>
<tbody>${spans.map(
    ({ name, seconds, isOpen, at, length }) =>
      html`<tr><th scope="row">${name}</th><td class="n">${seconds.toFixed(seconds < 60 ? 2 : 0)}${isOpen && ' so far'}</td><td>${bar(at, length)}</td></tr>`,
  )}</tbody></table></div>`;
}

function logText({ log, status }: JobDetails): string {
  if (log?.length) return log.join('\n');
  return log ? 'The log is empty.' : `There is no log yet: the job is ${status.state}.`;
}

function facts({ status, bucket }: JobDetails, now: number): Html {
  const rows = jobFacts(status, bucket, now);
  return html`<dl>${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
}
