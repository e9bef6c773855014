/** How long one check may take, in milliseconds. All run at the same time, so that all take little more. */
export const TIME_LIMIT_MS = 4000;
