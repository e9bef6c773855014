type NeedSet = 'job' | 'start' | 'test' | 'ci';
/** A machine as far as it matters here; this one when it is left out. */
interface Machine {
  env: NodeJS.ProcessEnv;
  isRoot: boolean;
  platform: string;
}

export function howToGetPip(machine?: Machine): string;
export function provide(set: NeedSet, machine?: Machine, say?: (text: string) => void): 0 | 2;
export function python3(machine?: Machine): string | undefined;
export function problemWith(set: NeedSet, machine?: Machine): string | undefined;
