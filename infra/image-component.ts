import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aws_s3_assets as assets, IgnoreMode, aws_iam as iam, aws_imagebuilder as imagebuilder } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';

/** One component of the image, as imagebuilder/ describes it. */
export interface ComponentDocument {
  /** Within this stack: `python`, `runner`. */
  name: string;
  description: string;
  /** The YAML text of the AWSTOE document. */
  data: string;
  /**
   * Files and folders that the document downloads (`S3Download`): the name of one of its parameters -> a path. The
   * parameter's value is the `s3://` URL; a folder arrives as a zip file.
   */
  assets?: Record<string, string>;
}

/** What a recipe says about one of its components. */
export type ComponentUse = imagebuilder.CfnImageRecipe.ComponentConfigurationProperty;

/** The API's limit on a document that travels inside the request (InlineComponentData). */
const MAX_INLINE_CHARACTERS = 16_000;
/** What a run of a file leaves beside it: as part of an asset it would look like a change, and start a bake. */
const LEFTOVERS = ['__pycache__/', '*.pyc'];

export interface RecipeComponentsProps {
  settings: Settings;
  documents: ComponentDocument[];
  /** Of the instances of a bake: it is what downloads the assets. */
  role: iam.IRole;
}

/**
 * The components of the recipe.
 *
 * A component's version is constant: the service counts build versions, and a changed text or asset replaces the
 * component and, through its build ARN or parameter, the recipe. Assets have their content's hash in their key, so that
 * a change of content is a change of the URL too.
 */
export class RecipeComponents extends Construct {
  readonly uses: ComponentUse[];

  constructor(scope: Construct, id: string, { settings, documents, role }: RecipeComponentsProps) {
    super(scope, id);
    this.uses = documents.map((document) => {
      const part = new Construct(this, document.name);
      const component = new imagebuilder.CfnComponent(part, 'Component', {
        name: `${settings.name}-${document.name}`,
        description: document.description,
        version: '1.0.0',
        platform: 'Linux',
        supportedOsVersions: ['Amazon Linux 2023'],
        ...documentSource(part, document, role),
      });
      const parameters = Object.entries(document.assets ?? {}).map(([name, path]) => {
        const asset = new assets.Asset(part, name, { path, exclude: LEFTOVERS, ignoreMode: IgnoreMode.GIT });
        allowDownload(role, asset);
        return { name, value: [asset.s3ObjectUrl] };
      });
      return { componentArn: component.attrArn, ...(parameters.length > 0 && { parameters }) };
    });
  }
}

function documentSource(
  scope: Construct,
  { data }: ComponentDocument,
  role: iam.IRole,
): { data: string } | { uri: string } {
  if (data.length <= MAX_INLINE_CHARACTERS) return { data };
  const folder = mkdtempSync(join(tmpdir(), 'lambda-ec2-component-'));
  const path = join(folder, 'component.yaml');
  writeFileSync(path, data);
  // CDK has taken its copy when the asset is made.
  const asset = new assets.Asset(scope, 'Document', { path });
  allowDownload(role, asset);
  rmSync(folder, { recursive: true, force: true });
  return { uri: asset.s3ObjectUrl };
}

/** The one object, and not the whole of CDK's bucket, which holds other stacks' assets. */
function allowDownload(role: iam.IRole, asset: assets.Asset): void {
  role.addToPrincipalPolicy(
    new iam.PolicyStatement({
      // Without a Sid, so that CDK makes one statement of all assets.
      actions: ['s3:GetObject'],
      resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
    }),
  );
}
