import { EXIT_STATUSES } from '../../contract/user-error';
import { table } from './table';

/** The section on what the commands end with. */
export function exitStatusesSection(): string {
  const rows = Object.entries(EXIT_STATUSES);
  return `## Exit statuses

The same for every command. The app's own exit status is \`exit_code\` in the [status](#status).

${table(['status', 'meaning'], rows)}`;
}
