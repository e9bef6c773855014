import { EC2Client } from '@aws-sdk/client-ec2';
import type { JobSystem } from '../jobs/job-system';
import type { ListedVersion } from '../json/settings-history';
import { listedVersion } from '../settings/listed-version';
import { readVersions } from '../settings/versions';

const MOST = 50;

/** The newest versions of the launch template, and how many there are. */
export interface TemplateHistory {
  versions: ListedVersion[];
  totalVersions: number;
}

/** Reads the versions of a system's launch template. Throws the SDK's error. */
export async function readTemplate({ client, templateId }: JobSystem): Promise<TemplateHistory> {
  const ec2 = new EC2Client(client);
  try {
    const template = await readVersions(ec2, templateId);
    const versions = template.versions.slice(0, MOST).map((version) => listedVersion(template, version));
    return { versions, totalVersions: template.versions.length };
  } finally {
    ec2.destroy();
  }
}
