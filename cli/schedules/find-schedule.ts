import { nearestName } from '../../contract/nearest-name';
import type { Schedule } from '../../contract/schedules';
import { EXIT, UserError } from '../../contract/user-error';
import type { System } from '../shared/system';

/**
 * The schedule of a name.
 *
 * @throws UserError when the system has none of that name
 */
export function findSchedule({ schedules, label }: System, name: string): Schedule {
  const found = schedules.find((schedule) => schedule.name === name);
  if (found) return found;
  const names = schedules.map((schedule) => schedule.name);
  const near = nearestName(name, names);
  const hint = near ? `did you mean ${near}?` : `there are ${names.join(', ')}`;
  throw new UserError(
    `${label} has no schedule ${name}: ${names.length > 0 ? hint : 'name one in the setting schedules and deploy'}`,
    EXIT.missing,
  );
}
