import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';

/** Puts a folder's content into a git repository of its own. Returns its URL. */
export function snapshotApp(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', to, '-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'the app');
  return `file://${to}`;
}
