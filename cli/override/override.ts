import { EC2Client } from '@aws-sdk/client-ec2';
import { inputKey } from '../../contract/keys';
import type { Globals } from '../shared/globals';
import { print } from '../shared/print';
import { findSystem } from '../shared/system';
import { parseChanges } from './changes';
import { type NewVersion, writeVersion } from './new-version';

export interface OverrideOptions extends Globals {
  templateId?: string;
  try?: boolean;
  note?: string;
}

/** `override name=value...`: a new launch template version with these settings. Returns the exit status. */
export async function override(words: string[], options: OverrideOptions): Promise<number> {
  const changes = parseChanges(words);
  const { templateId, client } = options.templateId
    ? { templateId: options.templateId, client: {} }
    : await findSystem(options);
  const ec2 = new EC2Client(client);
  try {
    const note = options.note ?? `override: ${words.join(' ')}`;
    const made = await writeVersion(ec2, templateId, changes, { note, makeDefault: !options.try });
    print(options.json ? { templateId, ...made } : report(templateId, made));
    return 0;
  } finally {
    ec2.destroy();
  }
}

function report(templateId: string, { version, before, isDefault }: NewVersion): string {
  const makeDefault = (number: number) =>
    `  aws ec2 modify-launch-template --launch-template-id ${templateId} --default-version ${number}`;
  const lines = isDefault
    ? [`version ${version} is the default now: the next uploads start from it. To go back:`, makeDefault(before)]
    : [
        `version ${version} is written, and ${before} is still the default. To try it on one job, upload to`,
        `  ${inputKey('ID', String(version))}`,
        'To make it the default:',
        makeDefault(version),
      ];
  return `${lines.join('\n')}\n`;
}
