import { EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { UserError } from '../../contract/user-error';
import type { Globals } from '../shared/globals';
import { findSystem, type System } from '../shared/system';

/** The deployed pipeline and the services that a bake is followed with. */
export interface BakeContext extends Pick<System, 'name' | 'options' | 'pipelineArn' | 'templateId' | 'client'> {
  imagebuilder: ImagebuilderClient;
  ec2: EC2Client;
}

/** What every command about bakes takes. */
export type PipelineOptions = Pick<Globals, 'stack' | 'local' | 'json'>;

/**
 * Does something with the pipeline of a stack. Throws what AWS refuses, and a UserError for the machine of `local up`, whose
 * pipeline bakes nothing.
 */
export async function withPipeline<T>(
  options: PipelineOptions,
  work: (context: BakeContext) => Promise<T>,
): Promise<T> {
  const { name, options: named, isLocal, pipelineArn, templateId, client } = await findSystem(options);
  if (isLocal) throw new UserError('--local: this machine bakes with lambda-ec2 local bake; bake is for a stack');
  const clients = { imagebuilder: new ImagebuilderClient(client), ec2: new EC2Client(client) };
  try {
    return await work({ name, options: named, pipelineArn, templateId, client, ...clients });
  } finally {
    for (const each of Object.values(clients)) each.destroy();
  }
}
