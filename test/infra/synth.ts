import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, aws_lambda as lambda } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { context } from '../../cdk.json';
import { checkSettings } from '../../contract/settings-load';
import type { ImageDocument } from '../../imagebuilder/image-document';
import type { FunctionCode } from '../../infra/function-code';
import { LambdaEc2Stack } from '../../infra/stack';

/** Functions without a bundle: what is in them is not what these tests are about. */
export const INLINE_CODE: FunctionCode = (name) => lambda.Code.fromInline(`// ${name}`);

export const APP_URL = 'https://example.com/team/app.git';

/** A small document, so that a test can change it. */
export const IMAGE: ImageDocument = {
  description: 'The image',
  data: 'name: image\nschemaVersion: 1.0\nphases: []\n',
  phases: [],
  constants: {},
  assets: {},
};

/** A template as it is written, with the type of what tests look into. */
export interface RawTemplate {
  Resources: Record<string, RawResource>;
  Outputs: Record<string, { Value: unknown }>;
  Conditions?: Record<string, unknown>;
}

export interface RawResource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template holds anything, and its tests say what
  Properties: any;
  DeletionPolicy?: string;
  DependsOn?: string[];
}

/** The stack for some settings, synthesized with the feature flags of cdk.json. */
export function synthesize(settings: Record<string, unknown> = {}, image = IMAGE): Template {
  return Template.fromJSON(rawTemplate(settings, image));
}

/** The same as plain JSON: an object of the caller's own. */
export function rawTemplate(settings: Record<string, unknown> = {}, image = IMAGE): RawTemplate {
  const key = JSON.stringify([settings, image]);
  const text = SYNTHESIZED.get(key) ?? JSON.stringify(synthesizeOnce(settings, image));
  SYNTHESIZED.set(key, text);
  return JSON.parse(text);
}

/** A synthesis takes most of a second, and many tests ask for the same one. */
const SYNTHESIZED = new Map<string, string>();

/** The same anew: for what lies in files, which may have changed. */
export function synthesizeOnce(
  settings: Record<string, unknown>,
  image: ImageDocument,
  moreContext: Record<string, unknown> = {},
  code = INLINE_CODE,
): RawTemplate {
  const outdir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-synth-test-'));
  try {
    // The built-in validation takes seconds; test/commands/synth-checks.test.ts has it.
    const app = new App({
      outdir,
      context: { ...context, ...moreContext },
      analyticsReporting: false,
      treeMetadata: false,
      builtinCloudFormationValidation: false,
    });
    const stack = new LambdaEc2Stack(app, {
      settings: checkSettings({ app_url: APP_URL, ...settings }),
      code,
      image,
      sourcesHash: '0123456789abcdef',
    });
    return app.synth().getStackArtifact(stack.artifactId).template as RawTemplate;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The resources of a type. */
export function resourcesOf({ Resources }: RawTemplate, type: string): [string, RawResource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** The one resource of a type, optionally the one whose logical id contains a text. */
export function theResource(template: RawTemplate, type: string, idPart = ''): RawResource {
  const found = resourcesOf(template, type).filter(([id]) => id.includes(idPart));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} with ${idPart} in their id`);
  return (found[0] as [string, RawResource])[1];
}
