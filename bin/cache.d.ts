export const CACHE: string;
export function keyOf(...contents: (string | Uint8Array)[]): string;
export function cached(file: string, make: () => string): string;
