import { formatCost } from '../jobs/format-jobs';
import { formatSpan } from '../shared/spans';
import { chart } from './chart';
import { type Html, html } from './html';
import type { View } from './page';
import { type EndedJobs, YEARS } from './read-ended';
import { type PeriodTrend, type Trends, trendsOf, type VersionTrend } from './trends';

/** Colours of the style sheet: versions that follow each other have different ones. */
const COLOURS = 6;

/** Jobs and seconds over time by template version, and cost by month. */
export function chartsView(ended: EndedJobs): View {
  return { title: 'Plots', content: html`<h1>Plots</h1>${charts(ended, (text) => html`<h2>${text}</h2>`)}` };
}

/** The same as a part of a page, with its kind of headings. */
export function charts({ jobs, isAll }: EndedJobs, heading: (text: string) => Html): Html {
  const trends = trendsOf(jobs);
  if (trends.periods.length === 0) return html`<p>No job has ended.</p>`;
  const colourOf = (version: string) => trends.versions.indexOf(version) % COLOURS;
  const pick = (value: (trend: VersionTrend) => number) =>
    trends.periods.map(({ period, versions }) => ({
      label: period,
      parts: versions.map((trend) => ({ name: trend.version, value: value(trend), colour: colourOf(trend.version) })),
    }));
  const { unit } = trends;
  const seconds = (value: number) => formatSpan(value * 1000);
  return html`<p>Of the ${isAll ? '' : 'newest '}${jobs.length} jobs that have ended${isAll && ` in ${YEARS} years`}, by the ${unit} of their submission (UTC). The number in a bar is the launch template version.</p>
${heading('Jobs by template version')}
${chart({ title: `Jobs of each ${unit} by template version, as the table below says in numbers`, bars: pick((one) => one.jobs), isStacked: true, format: (value) => String(Math.round(value * 10) / 10) })}
${heading('Duration by template version')}
${chart({ title: `Median duration of the jobs of each ${unit} by template version, as the table below says in numbers`, bars: pick((one) => one.seconds ?? 0), isStacked: false, format: seconds })}
<details><summary>The numbers of both plots</summary>${trendTable(trends.periods, unit)}</details>
${heading('Cost by month')}
${chart({ title: 'Estimated cost of each month, as the table below says in numbers', bars: trends.months.map(({ month, usd }) => ({ label: month, parts: [{ name: '', value: usd, colour: 0 }] })), isStacked: true, format: formatCost })}
${costTable(trends)}`;
}

function trendTable(periods: readonly PeriodTrend[], unit: string): Html {
  return html`<div class="wide"><table><caption>Jobs by ${unit} and template version</caption>
<thead><tr><th scope="col">From<th scope="col">Version<th scope="col" class="n">Jobs<th scope="col" class="n">Failed<th scope="col" class="n">Median duration</thead>
<tbody>${periods.map(({ period, versions }) =>
    versions.map(
      ({ version, jobs, failed, seconds }) =>
        html`<tr><th scope="row">${period}<td>${version || 'unknown'}<td class="n">${jobs}<td class="n">${failed}<td class="n">${seconds !== null && formatSpan(seconds * 1000)}`,
    ),
  )}</tbody></table></div>`;
}

function costTable({ months }: Trends): Html {
  return html`<table><caption>Estimates for EC2 and EBS, as the runner writes them</caption>
<thead><tr><th scope="col">Month<th scope="col" class="n">Jobs<th scope="col" class="n">Cost</thead>
<tbody>${months.map(({ month, jobs, usd }) => html`<tr><th scope="row">${month}<td class="n">${jobs}<td class="n">${formatCost(usd)}`)}</tbody></table>`;
}
