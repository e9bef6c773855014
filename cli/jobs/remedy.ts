import { parseDuration } from '../../contract/duration';
import type { Status } from '../../contract/status';
import { nextInstanceType } from './next-instance-type';

const SETTINGS = 'settings show';
const DOCTOR = 'doctor';

/** What helps against the failure of a job, as commands; none where none does. `message` of the status says the rest. */
export function remediesOf({ reason, message, instance_type, template_version }: Status): string[] {
  switch (reason) {
    case 'BAD_SETTINGS':
      return [settingsOf(template_version)];
    case 'CLONE_FAILED':
      // A ref that is not there is the setting's fault; what else it may be, doctor finds.
      return [/; check app_ref$/.test(message) ? settingsOf(template_version) : DOCTOR];
    case 'TIMED_OUT':
      return [longer(message) ?? SETTINGS];
    case 'OUT_OF_MEMORY': {
      const larger = instance_type && nextInstanceType(instance_type);
      return [larger ? `settings set instance_type=${larger}` : SETTINGS];
    }
    case 'LAUNCH_REFUSED':
      return /\broll back\b/.test(message) ? [DOCTOR, 'rollback'] : [DOCTOR];
    case 'NO_CAPACITY':
      return [DOCTOR];
    case 'NO_IMAGE':
      return ['bake list'];
    default:
      return [];
  }
}

/** The settings that the job had, which need not be the default ones. */
const settingsOf = (version: string | null | undefined) => (version ? `${SETTINGS} ${version}` : SETTINGS);

/** Twice the time that the runner says the job had. */
function longer(message: string): string | undefined {
  const [, number, unit] = /\bec2_timeout \(([0-9]+)([smhd])\)/.exec(message) ?? [];
  const twice = `${Number(number) * 2}${unit}`;
  return parseDuration(twice) === undefined ? undefined : `settings set ec2_timeout=${twice}`;
}
