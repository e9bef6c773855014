import { EC2Client } from '@aws-sdk/client-ec2';
import type { Globals } from '../shared/globals';
import { findSystem, type System } from '../shared/system';
import { readVersions, type Versions } from './versions';

/** A system with the versions of its launch template, as they were read. */
export interface SettingsContext {
  system: System;
  ec2: EC2Client;
  template: Versions;
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
