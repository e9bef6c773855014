import { quoted } from '../shared/quoted';
import type { System } from '../shared/system';

/**
 * A command line about a job, to be copied into a shell: with the options that named the system, so that it is about the
 * same one. `words` are those of the command that follow the id.
 */
export function jobLine({ options }: Pick<System, 'options'>, verb: string, jobId: string, ...words: string[]): string {
  const others = [...words, ...options].map(quoted);
  // An id like an option would be read as one.
  const all = jobId.startsWith('-') ? [...others, '--', quoted(jobId)] : [quoted(jobId), ...others];
  return ['lambda-ec2', verb, ...all].join(' ');
}

/** What is said of a job that a command leaves alone: how to come back to it, and how to end it. */
export function goesOn(system: Pick<System, 'options'>, jobId: string): string {
  const [follow, stop] = [jobLine(system, 'logs', jobId, '-f'), jobLine(system, 'stop', jobId)];
  return `the job ${jobId} goes on; ${follow} follows it, ${stop} ends it`;
}
