import { parseInputKey } from '../../contract/keys';
import { EXIT, UserError } from '../../contract/user-error';
import { commandLine } from '../shared/command-line';
import { confirm } from '../shared/confirm';
import { interruptible } from '../shared/interrupt';
import { print } from '../shared/print';
import { outputWidth } from '../shared/table';
import { findJobSystem, type JobSystem } from './job-system';
import { jobVersion } from './job-version';
import { formatMissing } from './list-missing';
import { type MissingInput, missingInputs } from './missing-inputs';
import type { RerunOptions } from './rerun-options';
import { type StartedJob, startJob } from './start-job';
import { startedJson } from './submit';

/** How long an upload may take to become a record, the queue and a slow start included. */
const STARTING_MS = 15 * 60_000;

/** `rerun --missing`: every input that has no record, after asking. Returns the exit status. */
export async function rerunMissing(word: string | undefined, options: RerunOptions): Promise<number> {
  const { same, exact, as, wait, follow, quiet, json } = options;
  if (word !== undefined) throw new UserError('--missing means every input without a record: leave the id out');
  if (same || exact || as !== undefined || wait || follow) {
    throw new UserError('--missing goes with none of --same, --as, --wait and --follow: leave that out');
  }
  const system = await findJobSystem(options);
  const { missing: all, ignored } = await missingInputs(system);
  // The instance of a new one may be on its way, and it would run twice.
  const missing = all.filter(({ uploaded }) => Date.now() - uploaded.getTime() >= STARTING_MS);
  if (all.length > missing.length && !quiet) {
    process.stderr.write(
      `${all.length - missing.length} uploaded in the last 15 minutes are left out: they may be starting\n`,
    );
  }
  if (ignored.length > 0 && !quiet) {
    process.stderr.write(
      `${ignored.length} that start no job are left out: ${commandLine(system, 'list', '--missing')} says why\n`,
    );
  }
  if (missing.length > 0 && !json && !quiet) process.stderr.write(formatMissing(missing, outputWidth(process.stderr)));
  if (
    missing.length > 0 &&
    !(await confirm(`Run ${missing.length === 1 ? 'it' : `these ${missing.length}`}?`, options))
  ) {
    throw new UserError('nothing was submitted');
  }
  const started = await interruptible((interrupt) => startAll(system, missing, options, interrupt));
  if (json) print({ started: started.map(startedJson) });
  else if (all.length === 0 && !quiet) process.stderr.write('every input has a record\n');
  return EXIT.done;
}

/** Starts one after the other, and says what has begun when something ends that early: it runs whatever becomes of the rest. */
async function startAll(
  system: JobSystem,
  missing: readonly MissingInput[],
  { set, json, quiet }: RerunOptions,
  interrupt: AbortSignal,
): Promise<StartedJob[]> {
  const started: StartedJob[] = [];
  try {
    for (const { jobId, inputKey: key } of missing) {
      interrupt.throwIfAborted();
      const parsed = parseInputKey(key);
      const settingsVersion = parsed.ok ? parsed.job.templateVersion : undefined;
      const templateVersion = await jobVersion(system, jobId, { set, settingsVersion });
      const input = { kind: 'object', bucket: system.bucket, key } as const;
      started.push(await startJob(system, { jobId, input, templateVersion, signal: interrupt, quiet }));
      if (!json) print(`${jobId}\n`);
    }
  } catch (error) {
    if (json && started.length > 0) process.stderr.write(`started: ${started.map((one) => one.jobId).join(', ')}\n`);
    if (!interrupt.aborted) throw error;
    const open = missing.length - started.length;
    throw new UserError(`interrupted: ${started.length} submitted, ${open} not`, EXIT.interrupted);
  }
  return started;
}
