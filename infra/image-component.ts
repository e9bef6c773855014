import { createHash } from 'node:crypto';
import { aws_s3_assets as assets, IgnoreMode, aws_iam as iam, aws_imagebuilder as imagebuilder } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import type { ImageDocument } from '../imagebuilder/image-document';
import { stagedFolder } from './staged-folder';

/** What a run of a file leaves beside it: as part of an asset it would look like a change, and start a bake. */
const LEFTOVERS = ['__pycache__/', '*.pyc', '*~', '*.orig', '*.rej', '*.bak'];

export interface ImageComponentProps {
  settings: Settings;
  image: ImageDocument;
  /** Of the instances of a bake: it is what downloads the assets. */
  role: iam.IRole;
}

/**
 * The recipe's one component. Its test phase runs in the test stage although it has a build phase too ("Create a YAML
 * component document", EC2 Image Builder User Guide).
 *
 * Its version is constant: the service counts build versions, and a changed text or asset replaces the component and,
 * through its build ARN or parameter, the recipe. Assets have their content's hash in their key, so that a change of
 * content is a change of the URL too.
 */
export class ImageComponent extends Construct {
  /** What the recipe says about it. */
  readonly use: imagebuilder.CfnImageRecipe.ComponentConfigurationProperty;

  constructor(scope: Construct, id: string, { settings, image, role }: ImageComponentProps) {
    super(scope, id);
    const component = new imagebuilder.CfnComponent(this, 'Resource', {
      name: settings.name,
      description: image.description,
      version: '1.0.0',
      platform: 'Linux',
      supportedOsVersions: ['Amazon Linux 2023'],
      data: image.data + tagsComment(settings),
    });
    const files = Object.entries(image.assets).map(([name, folder]) => {
      const path = stagedFolder(folder);
      return { name, asset: new assets.Asset(this, name, { path, exclude: LEFTOVERS, ignoreMode: IgnoreMode.GIT }) };
    });
    allowDownloads(
      role,
      files.map(({ asset }) => asset),
    );
    const parameters = files.map(({ name, asset }) => ({ name, value: [asset.s3ObjectUrl] }));
    this.use = { componentArn: component.attrArn, parameters };
  }
}

/**
 * Makes other tags another text. CloudFormation may replace a component whose tags change (its schema says so), and
 * Image Builder refuses a new one that says what the last one said ("CreateComponent", Image Builder API Reference).
 */
function tagsComment({ tags }: Settings): string {
  if (Object.keys(tags).length === 0) return '';
  return `# Tags: ${createHash('sha256').update(JSON.stringify(tags)).digest('hex').slice(0, 8)}\n`;
}

/**
 * These objects, and not the whole of CDK's bucket, which holds other stacks' assets. Whether the action S3Download of a
 * single object lists it first is documented nowhere, so that may be done as well, of nothing but these keys.
 */
function allowDownloads(role: iam.IRole, [first, ...others]: assets.Asset[]): void {
  if (!first) return;
  const { bucket } = first;
  const keys = [first, ...others].map(({ s3ObjectKey }) => s3ObjectKey);
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      sid: 'ReadBakeFiles',
      actions: ['s3:GetObject'],
      resources: keys.map((key) => bucket.arnForObjects(key)),
    }),
  );
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      sid: 'FindBakeFiles',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: { 's3:prefix': keys } },
    }),
  );
}
