import { EC2Client } from '@aws-sdk/client-ec2';
import { inputKey } from '../../contract/keys';
import { EXIT } from '../../contract/user-error';
import type { SetVersion } from '../json/settings-set';
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
    if (made.warning && !options.quiet) process.stderr.write(`${made.warning}\n`);
    print(options.json ? resultOf(templateId, made) : report(made));
    return EXIT.done;
  } finally {
    ec2.destroy();
  }
}

function resultOf(template_id: string, { version, before, isDefault: is_default }: NewVersion): SetVersion {
  return { template_id, version, before, is_default };
}

function report({ version, before, isDefault }: NewVersion): string {
  const lines = isDefault
    ? [
        `version ${version} is the default now, in place of ${before}: the next jobs start from it. To go back:`,
        '  lambda-ec2 rollback',
      ]
    : [
        `version ${version} is written, and ${before} is still the default. To try it on one job:`,
        `  lambda-ec2 submit FILE.zip --settings-version ${version}`,
        `or upload to ${inputKey('ID', String(version))}. To make it the default:`,
        `  lambda-ec2 settings use ${version}`,
      ];
  return `${lines.join('\n')}\n`;
}
