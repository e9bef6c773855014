import { STSClient } from '@aws-sdk/client-sts';
import { EXIT, type ExitStatus } from '../../contract/user-error';
import type { CheckResult, Diagnosis } from '../json/doctor';
import { awsClient, signIn } from '../shared/aws-client';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { stackName } from '../shared/stack-outputs';
import { outputWidth } from '../shared/table';
import { CHECKS } from './checks';
import { contextOf } from './context';
import { applyFixes } from './fix';
import { formatDiagnosis } from './report';
import { runChecks } from './run-checks';

/** What the checks wait for a profile that needs somebody to type a code, which takes longer than they have. */
const SIGN_IN_MS = 2000;

export interface DoctorOptions extends Globals {
  fix?: boolean;
}

/**
 * `doctor`: looks at everything that a job needs, and says what is wrong and what to do. Reads only; with `--fix` it
 * then puts right what it can, and looks again. Returns the exit status.
 *
 * @throws UserError when the command line and the environment do not say which stack, or which Region
 */
export async function doctor(options: DoctorOptions): Promise<ExitStatus> {
  if (!options.local) {
    stackName(options.stack);
    await new STSClient(await awsClient()).config.region();
    await signIn(SIGN_IN_MS);
  }
  const context = contextOf(options);
  let checks = await runChecks(CHECKS, context);
  const say = (line: string) => {
    if (!options.quiet) process.stderr.write(`${line}\n`);
  };
  if (options.fix && (await applyFixes(checks, context, say))) checks = await runChecks(CHECKS, contextOf(options));
  const diagnosis: Diagnosis = { ok: checks.every(({ state }) => state === 'ok' || state === 'skipped'), checks };
  print(options.json ? diagnosis : formatDiagnosis(diagnosis, outputWidth()));
  return exitStatus(checks);
}

/** Problems count before what could not be found out; nothing is known of a system for somebody not signed in. */
export function exitStatus(checks: readonly CheckResult[]): ExitStatus {
  const states = new Set(checks.map(({ state }) => state));
  if (checks.some(({ name, state }) => name === 'credentials' && state === 'problem')) return EXIT.denied;
  if (states.has('problem')) return EXIT.failed;
  return states.has('unknown') ? EXIT.unknown : EXIT.done;
}
