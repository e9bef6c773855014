import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import { app, context } from '../../cdk.json';

const root = path.join(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-app-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the command of cdk.json as the CDK CLI does, without credentials, for a settings file with this text. The umask is
 * that of many company machines.
 */
function runApp(settings: string, outdir: string) {
  const file = path.join(folder, 'settings.yaml');
  writeFileSync(file, settings);
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return spawnSync('sh', ['-c', `umask 077 && exec ${app}`], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(environment),
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, settings: file }),
    },
  });
}

test('wrong settings end the synthesis with every problem at once, in sentences, and without a stack trace', () => {
  const { status, stderr } = runApp(
    'app_url: 7\nec2_timeout: soon\nspots: true\nname: Nightly\npython_version: 3.10\n',
    path.join(folder, 'a'),
  );
  expect(status).not.toBe(0);
  for (const name of ['app_url', 'ec2_timeout', 'spots', 'name', 'python_version'])
    expect(stderr).toMatch(new RegExp(`^ +${name}: `, 'm'));
  expect(stderr).toContain('did you mean spot?');
  expect(stderr).not.toMatch(/^ +at /m);
});

test('a Python that no image can have is refused before anything is deployed', () => {
  const { status, stderr } = runApp(
    "app_url: https://example.com/a.git\npython_version: '3.8'\n",
    path.join(folder, 'p'),
  );
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/^ +python_version: "3\.8": an image can have '3\.6', '3\.9', and '3\.11' or newer/m);
  expect(stderr).not.toMatch(/^ +at /m);
});

test('the settings of a fresh clone synthesize one stack, with the bundles of the functions as assets', () => {
  const outdir = path.join(folder, 'b');
  const { status, stderr } = runApp(readFileSync(path.join(root, 'settings.yaml'), 'utf8'), outdir);
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const manifest = JSON.parse(readFileSync(path.join(outdir, 'manifest.json'), 'utf8'));
  const stacks = Object.entries<{ type: string; environment?: string }>(manifest.artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  // Which account and Region it is for is left to the deploy.
  expect(stacks.map(([name, { environment }]) => [name, environment])).toEqual([
    ['lambda-ec2', 'aws://unknown-account/unknown-region'],
  ]);
  expect(manifest.missing).toBeUndefined();
  // The modes travel with the assets: a function that Lambda cannot read fails at its first call.
  const files = readdirSync(outdir, { recursive: true, withFileTypes: true })
    .filter(({ parentPath, name }) => /[/\\]asset\./.test(path.join(parentPath, name)))
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => statSync(file).isFile());
  expect(files.some((file) => file.endsWith('index.js'))).toBe(true);
  expect(files.filter((file) => (statSync(file).mode & 0o777) !== 0o644)).toEqual([]);
});

test('every recommended feature flag is set as recommended, and templates are validated', () => {
  // Of a bucket's notifications nobody else's are removed, whoever made the bucket (lambda/notifications).
  const ours = { '@aws-cdk/aws-s3:keepNotificationInImportedBucket': true };
  expect(context).toMatchObject({ ...recommended, ...ours });
  expect(context['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
});
