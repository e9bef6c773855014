import { IMAGE, type RawTemplate, rawTemplate, resourcesOf, synthesizeOnce, theResource } from './synth';

const EVERYTHING = {
  spot: true,
  app_aws_access: true,
  app_policies: ['ReadOnlyAccess'],
  notify_email: 'me@example.com',
  schedules: [{ name: 'daily', cron: 'cron(0 3 * * ? *)', input: 'app_runner/scheduled/daily.zip' }],
};
const roles = (raw: RawTemplate) => resourcesOf(raw, 'AWS::IAM::Role').map(([, { Properties }]) => Properties);
const profiles = (raw: RawTemplate) =>
  resourcesOf(raw, 'AWS::IAM::InstanceProfile').map(([, { Properties }]) => Properties);

/** A name as CloudFormation would make it of the stack with this id. */
function nameOf(value: unknown, stackId: string): string {
  const uuid = stackId.split('/')[2] ?? '';
  const parts = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  expect(parts[0]).toBe('');
  return parts[1]
    .map((part) => {
      if (typeof part === 'string') return part;
      expect(JSON.stringify(part)).toMatch(/^\{"Fn::Select":\[0,.*\{"Fn::Select":\[2,.*"AWS::StackId"/);
      return uuid.split('-')[0];
    })
    .join('');
}

const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/nightly/0a1b2c3d-1111-2222-3333-444455556666';
const SAME_STACK_ELSEWHERE =
  'arn:aws:cloudformation:eu-west-2:111122223333:stack/nightly/9f8e7d6c-1111-2222-3333-444455556666';

test('a boundary, by name or ARN, is on every role', () => {
  const ofTeam = 'arn:aws:iam::111122223333:policy/teams/Boundary';
  const byArn = roles(rawTemplate({ ...EVERYTHING, permissions_boundary: ofTeam }));
  expect(byArn.length).toBeGreaterThan(7);
  expect(byArn.map(({ PermissionsBoundary }) => PermissionsBoundary)).toEqual(byArn.map(() => ofTeam));
  for (const { PermissionsBoundary } of roles(rawTemplate({ ...EVERYTHING, permissions_boundary: 'teams/Boundary' }))) {
    expect(PermissionsBoundary).toEqual({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':policy/teams/Boundary'],
      ],
    });
  }
});

test("CDK's own context for a boundary works as well, and the setting goes before it", () => {
  const context = { '@aws-cdk/core:permissionsBoundary': { name: 'OfTheOrganisation' } };
  const text = (settings: object) =>
    roles(synthesizeOnce({ ...settings }, IMAGE, context)).map((role) => JSON.stringify(role));
  for (const role of text({})) expect(role).toMatch(/"PermissionsBoundary":.*:policy\/OfTheOrganisation/);
  for (const role of text({ permissions_boundary: 'OfTheTeam' })) {
    expect(role).toContain('policy/OfTheTeam');
    expect(role).not.toContain('OfTheOrganisation');
  }
});

test('a path is that of every role and instance profile', () => {
  const raw = rawTemplate({ ...EVERYTHING, role_path: '/teams/data/' });
  const paths = [...roles(raw), ...profiles(raw)].map(({ Path }) => Path);
  expect(paths.length).toBeGreaterThan(9);
  expect(new Set(paths)).toEqual(new Set(['/teams/data/']));
});

test('the launcher passes on the role by its own ARN, path and name included', () => {
  const raw = rawTemplate({ role_path: '/teams/data/', role_name_prefix: 'team-' });
  const [id] = resourcesOf(raw, 'AWS::IAM::Role').find(([role]) => role.startsWith('RunnerRole')) ?? [];
  const statements = theResource(raw, 'AWS::IAM::Policy', 'Launcher').Properties.PolicyDocument.Statement as {
    Action: unknown;
    Resource: unknown;
  }[];
  const passes = statements.filter(({ Action }) => Action === 'iam:PassRole');
  expect(passes.map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [id, 'Arn'] }]);
});

const names = (settings: object, stackId = STACK) => {
  const raw = rawTemplate({ name: 'nightly', ...settings });
  return [
    ...roles(raw).map(({ RoleName }) => nameOf(RoleName, stackId)),
    ...profiles(raw).map(({ InstanceProfileName }) => nameOf(InstanceProfileName, stackId)),
  ];
};

test('names begin with the prefix, say what they are of, and fit', () => {
  const all = names({ role_name_prefix: 'team-data-' });
  expect(all).toContainEqual(expect.stringMatching(/^team-data-nightly-RunnerRole-[0-9a-f]{8}-0a1b2c3d$/));
  const longest = names({ name: 'n'.repeat(41), role_name_prefix: 'p'.repeat(32) });
  for (const name of [...all, ...longest]) expect(name).toMatch(/^(team-data-|p{32})[\w+=,.@-]{9,}$/);
  expect([...all, ...longest].filter((name) => name.length > 64)).toEqual([]);
});

test('no two are the same: in a stack, of two stacks, of two Regions, or before and after another path', () => {
  const prefix = { role_name_prefix: 'p'.repeat(32) };
  const all = [
    ...names(prefix),
    ...names({ ...prefix, name: 'nightly-reports' }),
    ...names(prefix, SAME_STACK_ELSEWHERE),
    ...names({ ...prefix, role_path: '/teams/data/' }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test('without these settings CloudFormation names the roles', () => {
  for (const role of [...roles(rawTemplate()), ...profiles(rawTemplate())]) {
    expect([role.RoleName, role.InstanceProfileName, role.Path, role.PermissionsBoundary]).toEqual(
      Array(4).fill(undefined),
    );
  }
});
