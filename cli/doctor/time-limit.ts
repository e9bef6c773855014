/**
 * How long one check may take, in milliseconds. All run at the same time, so that all take little more. On a network that
 * is slower `LAMBDA_EC2_DOCTOR_SECONDS` gives them longer.
 */
export const timeLimitMs = (): number => (Number(process.env.LAMBDA_EC2_DOCTOR_SECONDS) || 4) * 1000;
