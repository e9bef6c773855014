import type { AppSetting } from '../contract/app-settings';
import { exitStatusesSection } from './reference/exit-statuses';
import { keysSection, tagsSection } from './reference/names';
import { settingsSection } from './reference/settings';
import { statusSection } from './reference/status';

/** The text of docs/reference.md: every name that people and programs use, from where each is defined. */
export function reference(settings: Readonly<Record<string, AppSetting>>): string {
  const sections = [settingsSection(settings), keysSection(), tagsSection(), statusSection(), exitStatusesSection()];
  return `# Reference

Made from \`contract/\` by \`npm run contract\`: change it there. How to do things is in [operating.md](operating.md), why they
are as they are in [architecture.md](architecture.md).

${sections.join('\n\n')}
`;
}
