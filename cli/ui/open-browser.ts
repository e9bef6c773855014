import { spawn } from 'node:child_process';

/** Opens a page in the person's browser. Where none can be, that is said: the address has been printed. */
export function openBrowser(url: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const said = (why: string) => process.stderr.write(`no browser could be opened (${why}): open the address above\n`);
  spawn(program, [url], { stdio: 'ignore', detached: true })
    .on('error', ({ message }) => said(message))
    .on('exit', (code) => code !== 0 && said(`${program} ended with ${code}`))
    .unref();
}
