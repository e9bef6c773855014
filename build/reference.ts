import type { AppSetting } from '../contract/app-settings';
import { commandsSection } from './reference/commands';
import { eventsSection } from './reference/events';
import { exitStatusesSection } from './reference/exit-statuses';
import { jsonSection } from './reference/json';
import { keysSection, tagsSection } from './reference/names';
import { settingsSection } from './reference/settings';
import { statusSection } from './reference/status';

/** The text of docs/reference.md: every name that people and programs use, from where each is defined. */
export function reference(settings: Readonly<Record<string, AppSetting>>): string {
  const sections = [
    commandsSection(),
    exitStatusesSection(),
    jsonSection(),
    settingsSection(settings),
    keysSection(),
    tagsSection(),
    statusSection(),
    eventsSection(),
  ];
  return `# Reference

Made from \`contract/\` and \`cli/\` by \`npm run contract\`: change it there. How to do things is in [how-to.md](how-to.md), why
they are as they are in [architecture.md](architecture.md).

- [Commands](#commands)
- [Exit statuses](#exit-statuses)
- [JSON](#json)
- [Settings](#settings)
- [Keys](#keys)
- [Tags](#tags)
- [Status](#status)
- [Reasons](#reasons)
- [Events](#events)

${sections.join('\n\n')}
`;
}
