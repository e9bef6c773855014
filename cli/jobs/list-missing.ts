import { EXIT } from '../../contract/user-error';
import { commandLine } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { printable } from '../shared/printable';
import { formatAge } from '../shared/spans';
import { formatTable, outputWidth } from '../shared/table';
import { findJobSystem } from './job-system';
import { type IgnoredUpload, type MissingInput, missingInputs } from './missing-inputs';

/** `list --missing`: the inputs that have no record, and the uploads that start no job. Returns the exit status. */
export async function listMissing(options: Globals): Promise<number> {
  const system = await findJobSystem(options);
  const { missing, ignored } = await missingInputs(system);
  if (options.json) {
    print({ missing: missing.map(jsonOf), ignored: ignored.map(ignoredJson) });
    return EXIT.done;
  }
  const tables = [
    missing.length > 0 ? formatMissing(missing, outputWidth()) : '',
    ignored.length > 0 ? formatIgnored(ignored) : '',
  ];
  print(tables.filter(Boolean).join('\n'));
  if (!options.quiet)
    process.stderr.write(
      missing.length > 0 ? `to run them: ${commandLine(system, 'rerun', '--missing')}\n` : nothing(ignored.length),
    );
  return EXIT.done;
}

const nothing = (ignored: number) =>
  ignored > 0 ? 'every input that starts a job has a record\n' : 'every input has a record\n';

/** Uploads that start no job, a line each. */
function formatIgnored(ignored: readonly IgnoredUpload[]): string {
  const lines = ignored.map(({ inputKey, message }) => `${printable(inputKey, Number.POSITIVE_INFINITY)}: ${message}`);
  return `start no job:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** The inputs as a table. */
export function formatMissing(missing: readonly MissingInput[], width?: number): string {
  const rows = missing.map(({ jobId, uploaded, inputKey }) => [
    jobId,
    formatAge(Date.now() - uploaded.getTime()),
    inputKey,
  ]);
  return formatTable(['ID', 'AGE', 'INPUT'], rows, width);
}

const jsonOf = ({ jobId, inputKey, uploaded }: MissingInput) => ({
  job_id: jobId,
  input_key: inputKey,
  uploaded: uploaded.toISOString(),
});

const ignoredJson = ({ inputKey, uploaded, message }: IgnoredUpload) => ({
  input_key: inputKey,
  uploaded: uploaded.toISOString(),
  message,
});
