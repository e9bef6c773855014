import { indexProblem } from '../jobs/index-problem';
import { type RebuildProgress, rebuildIndex } from '../jobs/rebuild-index';
import { Progress } from '../shared/progress';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

const store = async (context: Context) => ({ s3: await context.s3(), bucket: (await context.system()).bucket });

/** Whether the index has every job, as far as a few samples tell. */
export async function indexComplete(context: Context): Promise<Finding> {
  const found = await indexProblem(await store(context));
  return found ? problem(found, context.line('doctor', '--fix')) : ok(`${context.line('list')} shows every job`);
}

/** Makes it complete, and says how much that was. Takes as long as reading every status does, and says how far it is. */
export async function rebuild(context: Context): Promise<string> {
  const progress = new RebuildProgressLines(process.stderr, context.options.quiet);
  progress.line('reading the status of every job: minutes, where there are many');
  const { statuses, mended } = await rebuildIndex(await store(context), (now) => progress.update(now)).finally(() =>
    progress.done(),
  );
  return `the index of jobs is complete: ${statuses} statuses read, ${mended} entries put right`;
}

const LINE_EVERY = 5000;

class RebuildProgressLines extends Progress {
  private now: RebuildProgress = { statuses: 0, mended: 0 };

  update(now: RebuildProgress): void {
    const isNext = Math.floor(now.statuses / LINE_EVERY) > Math.floor(this.now.statuses / LINE_EVERY);
    this.now = now;
    if (isNext && !this.isRedrawn) this.line(this.waitingFor());
  }

  protected override waitingFor(): string {
    return `… ${this.now.statuses} statuses read, ${this.now.mended} entries put right`;
  }
}
