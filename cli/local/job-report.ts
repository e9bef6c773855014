import pc from 'picocolors';
import { REASON_TABLE } from '../../contract/reasons';
import type { Status } from '../../contract/status';
import type { SavedFiles } from '../jobs/save-outputs';
import { phaseTable } from '../shared/job-progress';
import { printable } from '../shared/printable';
import { lastLines } from './log-lines';

/** What a person wants to know at the end: how long each phase took, where the files are, and on failure what to do. */
export function formatReport(status: Status, files: SavedFiles): string {
  const lines = ['', ...phaseTable(status), ''];
  for (const [label, file] of [
    ['output', files.output],
    ['log', files.ec2Log],
    ['app log', files.appLog],
    ['status', files.status],
  ]) {
    lines.push(`${(label ?? '').padEnd(8)} ${file ?? pc.dim('none')}`);
  }
  lines.push('', status.state === 'SUCCEEDED' ? pc.green(`job ${status.job_id} succeeded`) : failure(status, files));
  return `${lines.join('\n')}\n`;
}

function failure(status: Status, files: SavedFiles): string {
  const reason = status.reason ?? 'LOST';
  const log = files.ec2Log ? lastLines(files.ec2Log) : '';
  return [
    pc.red(`job ${status.job_id} failed: ${reason} (${REASON_TABLE[reason].fault})`),
    printable(status.message),
    ...(log ? ['', pc.dim(`the last lines of ${files.ec2Log}:`), log] : []),
  ].join('\n');
}
