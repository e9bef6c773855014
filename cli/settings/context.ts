import { EC2Client } from '@aws-sdk/client-ec2';
import type { Named } from '../shared/command-line';
import type { Globals } from '../shared/globals';
import { findSystem, type System } from '../shared/system';
import { readVersions, type Versions } from './versions';

/** A launch template with its versions, as they were read. */
export interface TemplateContext {
  system: Named;
  ec2: EC2Client;
  template: Versions;
}

/** The same of a whole system. */
export interface SettingsContext extends TemplateContext {
  system: System;
}

/** Does something with the launch template of a system. Throws what AWS refuses. */
export async function withVersions(
  options: Globals,
  work: (context: SettingsContext) => Promise<number>,
): Promise<number> {
  const system = await findSystem(options);
  const ec2 = new EC2Client(system.client);
  try {
    return await work({ system, ec2, template: await readVersions(ec2, system.templateId) });
  } finally {
    ec2.destroy();
  }
}
