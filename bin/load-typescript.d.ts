export function javaScriptOf(filename: string, folder?: string): string;
export function register(): void;
