import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** The script of a page. */
export const SCRIPT = /<script>.*?<\/script>/s;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

export interface TabOptions extends BrowserContextOptions {
  /** False: the page comes without its script, while axe can still run in it. */
  script?: boolean;
}

export interface TestBrowser {
  /** A tab of its own, that knows nothing of others. */
  open(url: string, options?: TabOptions): Promise<Page>;
  close(): Promise<void>;
}

/** The distribution's own browser; empty where there is none. */
export const BROWSER = spawnSync('sh', ['-c', NAMES.map((name) => `command -v ${name}`).join(' || ')], {
  encoding: 'utf8',
}).stdout.trim();

/** Starts it, without a window. */
export async function openBrowser(): Promise<TestBrowser> {
  // Chromium refuses to run as root with a sandbox, and CI has no other user. A machine may be slow: no limits of time.
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'], timeout: 0 });
  return {
    async open(url, { script = true, ...options } = {}) {
      const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(0);
      const page = await context.newPage();
      if (!script) await withoutScript(page);
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

async function withoutScript(page: Page): Promise<void> {
  await page.route(/./, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(SCRIPT, '');
    await route.fulfill({ response, body });
  });
}

/** What axe-core has against a page as it is: WCAG 2.2 A and AA, and its best practices. */
export async function faultsOn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const results: AxeResults = await page.evaluate((values) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    return axe.run({ runOnly: { type: 'tag', values } });
  }, tags);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
