import { commandLine, type Named } from '../shared/command-line';

/** A command line about a job, to be copied into a shell. `words` are those of the command that follow the id. */
export function jobLine(system: Named, verb: string, jobId: string, ...words: string[]): string {
  if (!jobId.startsWith('-')) return commandLine(system, verb, jobId, ...words);
  // An id like an option would be read as one.
  return commandLine({ options: [...system.options, '--', jobId] }, verb, ...words);
}

/** What is said of a job that a command leaves alone: how to come back to it, and how to end it. */
export function goesOn(system: Named, jobId: string): string {
  const [follow, stop] = [jobLine(system, 'logs', jobId, '-f'), jobLine(system, 'stop', jobId)];
  return `the job ${jobId} goes on; ${follow} follows it, ${stop} ends it`;
}
