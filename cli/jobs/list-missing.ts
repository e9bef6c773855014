import { EXIT } from '../../contract/user-error';
import { commandLine } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { formatAge } from '../shared/spans';
import { formatTable, outputWidth } from '../shared/table';
import { findJobSystem } from './job-system';
import { type MissingInput, missingInputs } from './missing-inputs';

/** `list --missing`: the inputs that have no record. Returns the exit status. */
export async function listMissing(options: Globals): Promise<number> {
  const system = await findJobSystem(options);
  const missing = await missingInputs(system);
  if (options.json) {
    print({ missing: missing.map(jsonOf) });
  } else if (missing.length > 0) {
    print(formatMissing(missing, outputWidth()));
    if (!options.quiet) process.stderr.write(`to run them: ${commandLine(system, 'rerun', '--missing')}\n`);
  } else if (!options.quiet) {
    process.stderr.write('every input has a record\n');
  }
  return EXIT.done;
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
