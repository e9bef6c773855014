import { countOption, LONGEST_TIMER_MS } from '../shared/spans';

const NAME = 'LAMBDA_EC2_DOCTOR_SECONDS';

/**
 * How long one check may take, in milliseconds. All run at the same time, so that all take little more. On a network that
 * is slower `LAMBDA_EC2_DOCTOR_SECONDS` gives them longer.
 *
 * @throws UserError when that is not a whole number from 1 on
 */
export function timeLimitMs(env: NodeJS.ProcessEnv = process.env): number {
  return Math.min(countOption(NAME, env[NAME] || '4') * 1000, LONGEST_TIMER_MS);
}
