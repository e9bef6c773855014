import pc from 'picocolors';
import type { Status } from '../../contract/status';
import { phaseTable } from '../shared/job-progress';
import type { Check } from './checks';

/** What `verify` found, as `--json` prints it. */
export interface Verification {
  /** Whether every promise was kept. */
  ok: boolean;
  target: string;
  job_id: string;
  /** Whether the app is known to be the example app, whose output can be checked. */
  runs_example: boolean;
  /** The prefix of what the job left behind, null when that went with the machine. */
  outputs: string | null;
  checks: Check[];
  /** From the upload to the start of the app; null when it never started. */
  seconds_to_app: number | null;
  status: Status;
}

/** The phases, then a line for each promise, then the verdict. */
export function formatVerification(verification: Verification): string {
  const { ok, target, outputs, checks, seconds_to_app, status, runs_example } = verification;
  const lines = ['', ...phaseTable(status)];
  if (seconds_to_app !== null) lines.push('', `upload to the start of the app: ${seconds_to_app.toFixed(1)} s`);
  lines.push('');
  for (const { promise, ok: kept, found } of checks) {
    lines.push(`${kept ? pc.green('✓') : pc.red('✗')} ${promise}`, `  ${pc.dim(found)}`);
  }
  if (!runs_example) {
    lines.push('', 'The app is not the example app, so its output was only looked at for being a whole zip file.');
    if (status.state !== 'SUCCEEDED') lines.push('Give it an input that it can use: --input FILE.zip');
  }
  const broken = checks.filter(({ ok: kept }) => !kept).map(({ promise }) => promise);
  const verdict = ok
    ? pc.green(`${target} keeps every promise`)
    : pc.red(
        `${target} breaks ${broken.length === 1 ? 'a promise' : `${broken.length} promises`}: ${broken.join('; ')}`,
      );
  lines.push('', verdict);
  if (outputs !== null) lines.push(pc.dim(`what the job left behind stays under ${outputs}`));
  return `${lines.join('\n')}\n`;
}
