import type * as z from 'zod';
import { isAppMap } from '../../contract/app-maps';
import { RULES } from '../../contract/app-rules';
import { type AppSetting, isAppSetting } from '../../contract/app-settings';
import { SETTING_NAMES, type Settings, settingsSchema, VERSION_SETTINGS } from '../../contract/settings';
import { code, table } from './table';

/** The section on settings: those of the app from the table that is handed in, the others from their schema. */
export function settingsSection(appSettings: Readonly<Record<string, AppSetting>>): string {
  const others = SETTING_NAMES.filter((name) => !isAppSetting(name));
  const rows = [
    ...Object.entries(appSettings).map(([name, setting]) => appRow(name, setting)),
    ...others.map((name) => otherRow(name)),
  ];
  return `## Settings

They stand in [settings.yaml](../settings.yaml). \`version\`: the setting is part of a launch template version, so that it has
a history and a roll-back brings it back. \`set\`: \`lambda-ec2 settings set\` can change it without a deploy; all others take effect
by \`cdk deploy\`.

${table(['setting', 'default', 'value', 'part of', 'meaning'], rows)}`;
}

function appRow(name: string, { kind, default: fallback, about }: AppSetting): string[] {
  return [code(name), code(fallback ?? ''), allowed(RULES[kind]), 'version, set', about];
}

function otherRow(name: keyof Settings): string[] {
  const schema: z.ZodType = settingsSchema.shape[name];
  const fallback = schema.parse(undefined);
  const shown = typeof fallback === 'object' ? Object.values(fallback as object).join(', ') : String(fallback);
  const partOf = VERSION_SETTINGS.includes(name) ? 'version' : 'stack';
  // Of the instance types the first travels, and an override may name another.
  const settable =
    name === 'instance_types' ? ', set (as `instance_type`)' : isAppMap(name) ? `, set (as \`${name}.NAME\`)` : '';
  return [code(name), code(shown), refusal(schema), partOf + settable, schema.description ?? ''];
}

/** What a rule says of a value that it refuses: what is allowed. */
const allowed = (rule: (value: string) => string | undefined) => phrase(rule('') ?? rule(' ') ?? 'text');

/** The same of a schema. */
function refusal(schema: z.ZodType): string {
  return phrase(schema.safeParse(Symbol('no value')).error?.issues[0]?.message ?? '');
}

const phrase = (message: string) => message.replace(/^it is required: /, '').replace(/^use /, '');
