import { EXIT } from '../../contract/user-error';
import { findJobSystem, type JobSystem } from '../jobs/job-system';
import type { UiPage } from '../json/ui';
import type { Globals } from '../shared/globals';
import { interruptible } from '../shared/interrupt';
import { print } from '../shared/print';
import { chartsView } from './charts-view';
import { filePage } from './file-page';
import { jobView } from './job-view';
import { jobsView } from './jobs-view';
import { openBrowser } from './open-browser';
import { page, type View } from './page';
import { readEnded } from './read-ended';
import { readFileContent } from './read-file-content';
import { readJob } from './read-job';
import { readJobs } from './read-jobs';
import { readTemplate } from './read-template';
import { startServer } from './server';
import { versionsView } from './versions-view';
import { refuseOther, writeWhole } from './write-page';

export interface UiOptions extends Globals {
  html?: string;
  open?: boolean;
}

const LOG_LINES = 200;
const LINKS = { '': 'Jobs', plots: 'Plots', versions: 'Template versions' };

/** `ui`: a page on loopback until interrupted, or with `html` one in a file. Returns the exit status. */
export async function ui(options: UiOptions): Promise<number> {
  const system = await findJobSystem(options);
  return options.html === undefined
    ? interruptible((signal) => serve(system, options, signal))
    : write(system, options.html, options);
}

async function serve(system: JobSystem, options: UiOptions, interrupt: AbortSignal): Promise<number> {
  const server = await startServer({
    viewOf: (path, asked) => viewOf(system, path, asked),
    render: (view, path) => renderLive(view, path, system.label),
    onDefect: (error) => process.stderr.write(`error: ${(error as Error).stack}\n`),
  });
  const { url } = server;
  print(options.json ? ({ url } satisfies UiPage) : `${url}\n`);
  if (!options.quiet) process.stderr.write('Whoever has this address sees your jobs. Ctrl-C ends the page.\n');
  if (options.open) openBrowser(server.urlForOnce());
  await new Promise<void>((resolve) => {
    if (interrupt.aborted) resolve();
    interrupt.addEventListener('abort', () => resolve());
  });
  await server.close();
  return EXIT.done;
}

function viewOf(system: JobSystem, path: string, asked: URLSearchParams): Promise<View> | undefined {
  switch (path) {
    case '':
      return readJobs(system, asked).then(jobsView);
    case 'job':
      return readJob(system, asked.get('id') ?? '', LOG_LINES).then((job) => jobView(job, Date.now()));
    case 'plots':
      return readEnded(system).then(chartsView);
    case 'versions':
      return readTemplate(system).then(({ versions, totalVersions }) => versionsView(versions, totalVersions));
    default:
      return undefined;
  }
}

function renderLive(view: View, path: string, label: string): string {
  const links = Object.entries(LINKS).map(([to, name]) => ({ name, href: to || './', isHere: to === path }));
  return page(view, { label, links, now: Date.now(), isLive: true });
}

async function write(system: JobSystem, file: string, options: UiOptions): Promise<number> {
  if (file !== '-') await refuseOther(file, options);
  const text = filePage(await readFileContent(system));
  if (file === '-') print(text);
  else {
    writeWhole(file, text);
    print(options.json ? ({ file } satisfies UiPage) : `${file}\n`);
  }
  return EXIT.done;
}
