import { listedJob } from '../../../cli/jobs/listed-job';
import { type FileContent, filePage } from '../../../cli/ui/file-page';
import { GENERATOR } from '../../../cli/ui/page';
import { EVIL, pastJob, statusOfJob } from './history';

const NOW = Date.parse('2026-11-26T07:00:00Z');
const LIMIT = 300_000;

function content(count: number, more: Partial<FileContent> = {}): FileContent {
  const jobs = Array.from({ length: count }, (_, at) => pastJob(at));
  const log = Array.from({ length: 15 }, (_, at) => `2026-11-26T06:00:00Z line ${at} of what the app printed`);
  const details = jobs.slice(0, 40).map((job) => {
    const status = statusOfJob(job, { packages: ['numpy==1.19.5', 'pandas==1.1.5'], python: '3.6.15' });
    return { status, bucket: 'jobs', log, next: [`lambda-ec2 rerun ${job.job_id}`] };
  });
  return {
    label: 'the stack jobs',
    open: [],
    listed: jobs.map((job) => listedJob(job, NOW)),
    ended: { jobs, isAll: true },
    details,
    versions: [],
    totalVersions: 0,
    now: NOW,
    ...more,
  };
}

test('1,000 jobs are all there, in less than 300 KB, with the details of some', () => {
  const page = filePage(content(1000));
  expect(Buffer.byteLength(page)).toBeLessThan(LIMIT);
  expect(page.match(/<th scope="row">(<a [^>]*>)?2026\/sales-/g)).toHaveLength(1000);
  expect(page.match(/<details><summary><b>2026\/sales-/g)).toHaveLength(40);
});

test('each link leads to a place within the page', () => {
  const page = filePage(content(50));
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id}`));
  const links = [...page.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, to]) => to);
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((to) => !ids.has(to as string))).toEqual([]);
});

test('it needs nothing else, and may load nothing', () => {
  const page = filePage(content(10));
  expect(page).toContain(GENERATOR);
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).not.toMatch(/connect-src|unsafe|data-live|(src|href)="(https?:)?\/\//);
});

test('where there is too much, details go first and then the oldest jobs, which is said', () => {
  const long = (id: string) => `${id}/${'x'.repeat(900)}`;
  const { listed, ended, ...rest } = content(1000);
  const page = filePage({ ...rest, ended, listed: listed.map((job) => ({ ...job, job_id: long(job.job_id) })) });
  expect(Buffer.byteLength(page)).toBeLessThan(LIMIT);
  expect(page).toContain(long('2026/sales-0'));
  expect(page).not.toContain(long('2026/sales-999'));
  expect(page).toMatch(/Ended, the newest first; \d+ older ones are left out/);
});

test('what an app and people wrote is text', () => {
  const status = statusOfJob({ ...pastJob(0), job_id: EVIL }, { message: EVIL, python: EVIL, packages: [EVIL] });
  const version = {
    ...{ version: 1, is_default: true, created: '', writer: 'operator' as const, image_id: EVIL, compared_with: 0 },
    ...{ author: EVIL, created_by: EVIL, note: EVIL, changes: [{ name: EVIL, old: EVIL, new: EVIL }] },
  };
  const page = filePage(
    content(0, {
      label: EVIL,
      open: [listedJob({ ...pastJob(0), job_id: EVIL, git_commit: EVIL, template_version: EVIL }, NOW)],
      ended: { jobs: [{ ...pastJob(0), template_version: EVIL }], isAll: true },
      details: [{ status, bucket: EVIL, log: [EVIL], next: [EVIL] }],
      versions: [version],
      totalVersions: 1,
    }),
  );
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\u001b');
  expect(page.split('document.title=&#39;taken&#39;').length).toBeGreaterThan(15);
});

test('without jobs it says so', () => {
  expect(filePage(content(0))).toContain('There are no jobs.');
});
