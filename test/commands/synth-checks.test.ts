import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stack, aws_s3 as s3, aws_sqs as sqs } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import { checkSettings } from '../../contract/settings-load';
import { imageDocument } from '../../imagebuilder/image-document';
import { addChecks } from '../../infra/checks';
import { LambdaEc2Stack } from '../../infra/stack';
import { APP_URL, INLINE_CODE, type RawTemplate } from '../infra/synth';
import { findings } from '../infra/validate';
import { VARIANTS } from '../infra/variants';

// cdk-nag's AwsSolutions, and AWS's own validation of templates, of every settings file that test/infra/variants.ts has.

const outdir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-checks-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function checkedApp(builtinCloudFormationValidation = false): App {
  const app = new App({
    outdir,
    context,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation,
  });
  addChecks(app);
  return app;
}

/** The template of these settings. Throws what the checks of the synthesis find. */
function synthesizeChecked(settings: Record<string, unknown>): RawTemplate {
  const app = checkedApp();
  const checked = checkSettings({ app_url: APP_URL, ...settings });
  const made = { code: INLINE_CODE, image: imageDocument(checked), sourcesHash: '' };
  const stack = new LambdaEc2Stack(app, { settings: checked, ...made });
  return app.synth().getStackArtifact(stack.artifactId).template as RawTemplate;
}

test.each(Object.entries(VARIANTS))('%s: passes AwsSolutions, and the validator finds nothing', (_name, settings) => {
  expect(findings(synthesizeChecked(settings))).toEqual([]);
});

test('a finding that nobody answered ends the synthesis', () => {
  const app = checkedApp();
  new s3.CfnBucket(new Stack(app, 'Other'), 'Bare');
  expect(() => app.synth()).toThrow(/AwsSolutions-S/);
});

test('the synthesis itself asks the validator, and an error of it ends that', () => {
  const app = checkedApp(true);
  const queue = new sqs.CfnQueue(new Stack(app, 'Other'), 'Queue');
  queue.addPropertyOverride('VisibilityTimeout', 'soon');
  expect(() => app.synth()).toThrow(/VisibilityTimeout/);
});
