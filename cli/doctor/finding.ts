import type { CheckResult } from '../json/doctor';

/** What a check found, and what to do about it. */
export type Finding = Omit<CheckResult, 'name'>;

/** Nothing is to be done. */
export const ok = (found: string): Finding => ({ state: 'ok', found, fix: null });

/** Something is wrong; `fix` is the command to type, or what else to do. */
export const problem = (found: string, fix: string): Finding => ({ state: 'problem', found, fix });

/** It could not be found out. */
export const unknown = (found: string, fix: string): Finding => ({ state: 'unknown', found, fix });

/** There is nothing to look at, or nothing that could be seen from here; `fix` is how else to find out. */
export const skipped = (found: string, fix: string | null = null): Finding => ({ state: 'skipped', found, fix });
