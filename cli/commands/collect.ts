/** Of an option that may be given more than once. */
export const collect = (value: string, all: string[]) => [...all, value];
