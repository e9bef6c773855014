import { EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import type { Globals } from '../shared/globals';
import { findSystem, type System } from '../shared/system';

/** The deployed pipeline and the services that a bake is followed with. */
export interface BakeContext extends Pick<System, 'name' | 'pipelineArn' | 'templateId' | 'client'> {
  imagebuilder: ImagebuilderClient;
  ec2: EC2Client;
}

/** What every command about bakes takes. */
export type PipelineOptions = Pick<Globals, 'stack' | 'local' | 'json'>;

/** Does something with the pipeline of a system. Throws what AWS refuses. */
export async function withPipeline<T>(
  options: PipelineOptions,
  work: (context: BakeContext) => Promise<T>,
): Promise<T> {
  const { name, pipelineArn, templateId, client } = await findSystem(options);
  const clients = { imagebuilder: new ImagebuilderClient(client), ec2: new EC2Client(client) };
  try {
    return await work({ name, pipelineArn, templateId, client, ...clients });
  } finally {
    for (const each of Object.values(clients)) each.destroy();
  }
}
