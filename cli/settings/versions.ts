import {
  DescribeLaunchTemplatesCommand,
  type EC2Client,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { DEFAULTS_TAG } from '../../contract/tags';
import type { TemplateState, TemplateVersion } from '../../lambda/publish/template';
import { type LaunchFacts, readLaunchFacts } from './launch-facts';

/** A version of the launch template with who wrote it. */
export interface SettingsVersion extends TemplateVersion {
  /** ISO 8601. */
  created: string;
  /** ARN of the principal that EC2 was called by. */
  createdBy: string;
}

/** The launch template with all that its versions tell, newest first. */
export interface Versions extends TemplateState, LaunchFacts {
  templateId: string;
  versions: readonly SettingsVersion[];
  /** The tag by which the command remembers the defaults before. */
  defaultsTag: string;
}

/** EC2's most versions of one page. */
const PAGE = 200;

/** Reads the launch template of a system. Throws the SDK's error. */
export async function readVersions(ec2: EC2Client, LaunchTemplateId: string): Promise<Versions> {
  const all: LaunchTemplateVersion[] = [];
  const paging = { client: ec2, pageSize: PAGE };
  for await (const page of paginateDescribeLaunchTemplateVersions(paging, { LaunchTemplateId })) {
    all.push(...(page.LaunchTemplateVersions ?? []));
  }
  const { defaultVersion, defaultsTag } = await readTemplateTags(ec2, LaunchTemplateId);
  const versions = newestFirst(all);
  const facts = await readLaunchFacts(
    ec2,
    versions.map(({ data }) => data),
  );
  return { templateId: LaunchTemplateId, defaultVersion, defaultsTag, versions, ...facts };
}

/** What EC2 says of the launch template itself. */
export interface TemplateTags {
  /** The number of the default version now. */
  defaultVersion: number;
  /** The highest number that any version has had. */
  latestVersion: number;
  defaultsTag: string;
}

/** The numbers of a launch template, and the tag beside them. Throws the SDK's error. */
export async function readTemplateTags(ec2: EC2Client, templateId: string): Promise<TemplateTags> {
  const command = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [templateId] });
  const { LaunchTemplates: [template] = [] } = await ec2.send(command);
  const tag = template?.Tags?.find(({ Key }) => Key === DEFAULTS_TAG);
  const { DefaultVersionNumber: defaultVersion = 0, LatestVersionNumber: latestVersion = 0 } = template ?? {};
  return { defaultVersion, latestVersion, defaultsTag: tag?.Value ?? '' };
}

/** Versions as EC2 describes them. */
export function newestFirst(described: readonly LaunchTemplateVersion[]): SettingsVersion[] {
  return described.map(settingsVersion).sort((a, b) => b.number - a.number);
}

function settingsVersion(version: LaunchTemplateVersion): SettingsVersion {
  return {
    number: version.VersionNumber ?? 0,
    description: version.VersionDescription ?? '',
    data: version.LaunchTemplateData ?? {},
    created: version.CreateTime?.toISOString() ?? '',
    createdBy: version.CreatedBy ?? '',
  };
}
