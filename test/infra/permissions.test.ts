import { IMAGE, type RawTemplate, rawTemplate, resourcesOf } from './synth';

interface Statement {
  Sid?: string;
  Effect: string;
  Action?: string | string[];
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/**
 * Why a statement's resources hold a wildcard; nothing else may have one. `*` alone is for actions without resources.
 */
const WILDCARD_RESOURCES: Record<string, { resources: RegExp; because: string }> = {
  CancelBakes: { resources: /:image\/[a-z0-9-]+\/\*$/, because: 'each bake of the one recipe has its own ARN' },
  EndInstances: { resources: /:instance\/\*$/, because: 'instances are chosen by two tags' },
  FindInstances: { resources: /^\*$/, because: 'DescribeInstances knows no resources' },
  KeepTombstones: { resources: /\/app_runner\/guard\/\*$/, because: 'one tombstone for each instance' },
  LaunchFromTemplate: {
    resources: /:(instance|volume|security-group|image|snapshot)\/\*$/,
    because: 'conditions demand that it comes from the one launch template',
  },
  LaunchIntoSubnets: { resources: /:network-interface\/\*$/, because: 'a condition demands the one launch template' },
  ReadAppSecrets: { resources: /-\?{6}$/, because: 'Secrets Manager ends each ARN with six random characters' },
  ReadBakes: { resources: /:image\/[a-z0-9-]+\/\*$/, because: 'each bake of the one recipe has its own ARN' },
  ReadConsole: { resources: /:instance\/\*$/, because: 'instances are chosen by two tags' },
  ReadCredentials: { resources: /-\?{6}$/, because: 'Secrets Manager ends each ARN with six random characters' },
  ReadEarlierStatuses: { resources: /\/app_runner\/output\/\*_status\.json$/, because: 'every status' },
  ReadInput: { resources: /\/app_runner\/input\/\*$/, because: 'every input' },
  ReadPipConfig: { resources: /-\?{6}$/, because: 'Secrets Manager ends each ARN with six random characters' },
  ReadPackageLists: { resources: /\/app_runner\/packages\/\*$/, because: 'every list' },
  ReadStatuses: { resources: /\/app_runner\/output\/\*_status\.json$/, because: 'every status' },
  RequestSpot: { resources: /:spot-instances-request\/\*$/, because: 'it starts nothing by itself' },
  SeeImage: { resources: /^\*$/, because: 'describe actions know no resources' },
  SeeVersions: { resources: /^\*$/, because: 'describe actions know no resources' },
  SessionManager: { resources: /^\*$/, because: 'these actions know no resources' },
  StartScheduledJobs: { resources: /\/app_runner\/input\/daily\/\*\.zip$/, because: 'each run has a key of its own' },
  TagBakes: {
    resources: /:image\/[a-z0-9-]+\/\*$/,
    because: 'each bake has its own ARN; the pipeline tags it, and the publisher marks it',
  },
  TagOnLaunch: {
    resources: /:(instance|volume|network-interface|spot-instances-request)\/\*$/,
    because: 'a condition demands that RunInstances does it',
  },
  WriteIndex: { resources: /\/app_runner\/index\/\*$/, because: 'every entry of the index' },
  WriteOutput: { resources: /\/app_runner\/output\/\*$/, because: 'every output' },
  WriteRecords: { resources: /\/app_runner\/output\/\*$/, because: 'every record' },
};

/** The settings under which the stack has all the statements it can have. */
const EVERY_STATEMENT = {
  spot: true,
  max_running: 2,
  schedules: [{ name: 'daily', cron: 'cron(0 3 * * ? *)', input: 'app_runner/scheduled/daily.zip' }],
  app_credentials: 'git-token',
  app_secrets: { A: 'a', B: 'ssm:/b' },
  pip_config: 'pip-conf',
  kms_key_arn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd',
  bake_schedule: 'cron(0 3 ? * sun *)',
  quiet_days: 30,
};

const RECEIVE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate(EVERY_STATEMENT, { ...IMAGE, assets: { File: __filename } });
});

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
/** A value of a template as text: `{{...}}` for what is known only at the deploy. */
const flat = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : 'Fn::Join' in (value as object)
      ? (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map(flat).join('')
      : `{{${JSON.stringify(value)}}}`;

/** Every statement of every policy of a role: [logical id of the policy, statement]. */
function statements(raw = template): [string, Statement][] {
  const attached = resourcesOf(raw, 'AWS::IAM::Policy').map(([id, { Properties }]) => [id, Properties.PolicyDocument]);
  const inline = resourcesOf(raw, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    list(Properties.Policies).map((policy) => [id, (policy as { PolicyDocument: unknown }).PolicyDocument]),
  );
  return [...attached, ...inline].flatMap(([id, document]) =>
    list((document as { Statement: Statement[] }).Statement).map((one): [string, Statement] => [id, one as Statement]),
  );
}

const statement = (policyPart: string, sid: string, raw = template): Statement => {
  const found = statements(raw).filter(([id, { Sid }]) => id.includes(policyPart) && Sid === sid);
  if (found.length !== 1) throw new Error(`${found.length} statements ${sid} in ${policyPart}`);
  return (found[0] as [string, Statement])[1];
};

test('no statement has a wildcard action, or says what it is not about', () => {
  expect(statements().length).toBeGreaterThan(30);
  for (const [id, one] of statements()) {
    expect([id, one.Effect, one.NotAction, one.NotResource]).toEqual([id, 'Allow', undefined, undefined]);
    expect([id, list(one.Action).filter((action) => String(action).includes('*'))]).toEqual([id, []]);
    expect(list(one.Action).length).toBeGreaterThan(0);
  }
});

test('a wildcard resource stands only where there is a reason for it', () => {
  for (const [id, one] of statements()) {
    const wild = list(one.Resource)
      .map(flat)
      .filter((resource) => /[*?]/.test(resource));
    const allowed = WILDCARD_RESOURCES[one.Sid ?? ''];
    const unexplained = wild.filter((resource) => !allowed?.resources.test(resource));
    expect([id, one.Sid, unexplained]).toEqual([id, one.Sid, []]);
  }
});

test('every reason belongs to a statement that there is', () => {
  const sids = new Set(statements().map(([, { Sid }]) => Sid));
  expect(Object.keys(WILDCARD_RESOURCES).filter((sid) => !sids.has(sid))).toEqual([]);
});

test('no Sid stands twice in a policy, which IAM would refuse', () => {
  const seen = statements().flatMap(([id, { Sid }]) => (Sid ? [`${id} ${Sid}`] : []));
  expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
});

test('only roles of Image Builder have managed policies, and those are the ones it demands', () => {
  const managed = resourcesOf(template, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
    list(Properties.ManagedPolicyArns).map((arn) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      flat(arn).replace(/^.*policy\//, ''),
    ]),
  );
  expect(managed).toEqual([
    ['ImageBakeRole', 'AmazonSSMManagedInstanceCore'],
    ['ImageBakeRole', 'EC2InstanceProfileForImageBuilder'],
    ['OldImagesRole', 'service-role/EC2ImageBuilderLifecycleExecutionPolicy'],
  ]);
});

test('the launcher launches only from this template, and only what the template names', () => {
  const [templateId] = resourcesOf(template, 'AWS::EC2::LaunchTemplate')[0] as [string, unknown];
  const fromTemplate = { 'ec2:LaunchTemplate': expect.anything() };
  const launch = statement('Launcher', 'LaunchFromTemplate');
  expect(launch.Action).toBe('ec2:RunInstances');
  expect(launch.Condition).toEqual({ ArnEquals: fromTemplate, Bool: { 'ec2:IsLaunchTemplateResource': 'true' } });
  const arn = flat(launch.Condition?.ArnEquals?.['ec2:LaunchTemplate']);
  expect(arn).toMatch(new RegExp(`:launch-template/.*${templateId}`));
  const subnets = statement('Launcher', 'LaunchIntoSubnets');
  expect(subnets.Condition).toEqual({ ArnEquals: fromTemplate });
  expect(list(subnets.Resource).filter((resource) => flat(resource).includes(':subnet/'))).toHaveLength(3);
  const runs = statements().filter(([, { Action }]) => list(Action).includes('ec2:RunInstances'));
  expect(runs.map(([, { Sid }]) => Sid)).toEqual(['LaunchFromTemplate', 'LaunchIntoSubnets', 'RequestSpot']);
});

test('the roles that anything may pass on are those of the instances and of the bakes, each to EC2 alone', () => {
  const passes = statements().filter(([, { Action }]) => list(Action).includes('iam:PassRole'));
  const passed = (Sid: string, role: RegExp) => ({
    Sid,
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: { 'Fn::GetAtt': [expect.stringMatching(role), 'Arn'] },
    Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  });
  expect(passes).toEqual([
    [expect.stringContaining('Launcher'), passed('PassRunnerRole', /^RunnerRole/)],
    [expect.stringContaining('Publisher'), passed('PassBakeRole', /^ImageBakeRole/)],
  ]);
});

test('tags are written at a launch only', () => {
  const tags = statements().filter(([, { Action }]) => list(Action).includes('ec2:CreateTags'));
  expect(tags.map(([, { Condition }]) => Condition)).toEqual([
    { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
  ]);
});

test('the guard ends, and reads the console of, instances of this launch template and this stack alone', () => {
  const [templateId] = resourcesOf(template, 'AWS::EC2::LaunchTemplate')[0] as [string, unknown];
  for (const sid of ['EndInstances', 'ReadConsole']) {
    expect(statement('Guard', sid).Condition).toEqual({
      StringEquals: {
        'ec2:ResourceTag/lambda-ec2:stack': 'lambda-ec2',
        'ec2:ResourceTag/aws:ec2launchtemplate:id': { Ref: templateId },
      },
    });
  }
  const ends = statements().filter(([, { Action }]) => list(Action).includes('ec2:TerminateInstances'));
  expect(ends).toHaveLength(1);
});

test('the publisher writes versions of this launch template alone, and starts this pipeline alone', () => {
  const [templateId] = resourcesOf(template, 'AWS::EC2::LaunchTemplate')[0] as [string, unknown];
  const [pipelineId] = resourcesOf(template, 'AWS::ImageBuilder::ImagePipeline')[0] as [string, unknown];
  expect(flat(statement('Publisher', 'WriteVersions').Resource)).toContain(
    `:launch-template/{{{"Ref":"${templateId}"}}}`,
  );
  expect(statement('Publisher', 'StartBakes').Resource).toEqual({ 'Fn::GetAtt': [pipelineId, 'Arn'] });
  const [infrastructureId] = resourcesOf(template, 'AWS::ImageBuilder::InfrastructureConfiguration')[0] as [
    string,
    unknown,
  ];
  expect(statement('Publisher', 'MoveBakes').Resource).toEqual({ 'Fn::GetAtt': [infrastructureId, 'Arn'] });
  expect(statement('Publisher', 'SeeRollback').Resource).toEqual({ Ref: 'AWS::StackId' });
});

test('an instance reads inputs and writes outputs, and the bucket has nothing else for it', () => {
  const s3 = statements().filter(([id, { Action }]) => id.startsWith('Runner') && list(Action).join().includes('s3:'));
  expect(s3.map(([, { Sid, Action }]) => [Sid, Action])).toEqual([
    ['ReadInput', ['s3:GetObject', 's3:GetObjectVersion']],
    ['ReadPackageLists', 's3:GetObject'],
    [
      'WriteOutput',
      ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'],
    ],
    ['TellMissing', 's3:ListBucket'],
  ]);
});

const readCredentials = (app_credentials: string) => {
  const raw = rawTemplate({ app_credentials });
  const all = ['Runner', 'ImageBake'].map((role) => statement(role, 'ReadCredentials', raw));
  expect(all[0]).toEqual(all[1]);
  return { action: all[0]?.Action, resource: flat(all[0]?.Resource) };
};

test('jobs and bakes read exactly the configured secret or parameter', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/git-AbCdEf';
  expect(readCredentials('team/git')).toEqual({
    action: 'secretsmanager:GetSecretValue',
    resource: expect.stringMatching(/:secret:team\/git-\?{6}$/),
  });
  expect(readCredentials(arn)).toEqual({ action: 'secretsmanager:GetSecretValue', resource: arn });
  expect(readCredentials('ssm:/team/git')).toEqual({
    action: 'ssm:GetParameter',
    resource: expect.stringMatching(/:parameter\/team\/git$/),
  });
});

test('jobs and bakes read exactly the secret with the configuration of pip', () => {
  const raw = rawTemplate({ pip_config: 'team/pip#conf' });
  for (const role of ['Runner', 'ImageBake']) {
    const { Action, Resource } = statement(role, 'ReadPipConfig', raw) ?? {};
    expect([Action, flat(Resource)]).toEqual([
      'secretsmanager:GetSecretValue',
      expect.stringMatching(/:secret:team\/pip-\?{6}$/),
    ]);
  }
});

test('jobs, and no bakes, read exactly the secrets of the app', () => {
  const raw = rawTemplate({
    app_secrets: { USER: 'db#username', PASSWORD: 'db#password', TOKEN: 'ssm:/team/token#x', KEY: 'key-AbCdEf' },
    kms_key_arn: EVERY_STATEMENT.kms_key_arn,
  });
  const added = statements(raw).filter(([, { Sid }]) => Sid?.includes('AppSecrets'));
  expect(
    added.map(([id, { Sid, Action, Resource }]) => [id.slice(0, 6), Sid, Action, list(Resource).map(flat)]),
  ).toEqual([
    [
      'Runner',
      'ReadAppSecrets',
      'secretsmanager:GetSecretValue',
      [expect.stringMatching(/:secret:db-\?{6}$/), expect.stringMatching(/:secret:key-AbCdEf-\?{6}$/)],
    ],
    ['Runner', 'DecryptAppSecrets', 'kms:Decrypt', [EVERY_STATEMENT.kms_key_arn]],
    ['Runner', 'ReadAppSecretsInSsm', 'ssm:GetParameter', [expect.stringMatching(/:parameter\/team\/token$/)]],
    ['Runner', 'DecryptAppSecretsInSsm', 'kms:Decrypt', [EVERY_STATEMENT.kms_key_arn]],
  ]);
});

test('without a secret nobody may read any', () => {
  const actions = statements(rawTemplate()).flatMap(([, { Action }]) => list(Action));
  expect(actions.filter((action) => /secretsmanager|ssm:GetParameter|kms:/.test(String(action)))).toEqual([]);
});

test('what the app may do in AWS is added to the role of the instances, and nowhere else', () => {
  const raw = rawTemplate({
    app_aws_access: true,
    app_policies: ['AmazonDynamoDBReadOnlyAccess'],
    app_statements: [
      { Sid: 'ReadInput', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
      { Action: 'sns:Publish', Resource: 'arn:aws:sns:eu-west-1:111122223333:news' },
    ],
  });
  const added = statements(raw).filter(([, { Sid }]) => Sid?.startsWith('App'));
  expect(added).toEqual([
    [
      expect.stringMatching(/^RunnerRole/),
      { Sid: 'App1', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
    ],
    [
      expect.stringMatching(/^RunnerRole/),
      { Sid: 'App2', Effect: 'Allow', Action: 'sns:Publish', Resource: 'arn:aws:sns:eu-west-1:111122223333:news' },
    ],
  ]);
  const roles = resourcesOf(raw, 'AWS::IAM::Role').filter(([, { Properties }]) =>
    JSON.stringify(Properties.ManagedPolicyArns ?? '').includes('AmazonDynamoDBReadOnlyAccess'),
  );
  expect(roles.map(([id]) => id)).toEqual([expect.stringMatching(/^RunnerRole/)]);
});

test("the customer's key is used through the services that encrypt with it, by every statement", () => {
  const uses = statements().filter(([, { Action }]) => list(Action).join().includes('kms:'));
  expect(uses.length).toBeGreaterThan(5);
  for (const [id, { Sid, Resource, Condition }] of uses) {
    expect(Resource).toBe(EVERY_STATEMENT.kms_key_arn);
    const services = list(Condition?.StringEquals?.['kms:ViaService']).map((service) => flat(service).split('.')[0]);
    expect([id, Sid, services.length > 0]).toEqual([id, Sid, true]);
    expect(['s3', 'sqs', 'ec2', 'secretsmanager', 'ssm']).toEqual(expect.arrayContaining(services));
  }
});

test('Lambda may receive from the job queue with the role of its function, and the guard from the other', () => {
  const receives = statements().filter(([, { Action }]) => list(Action).includes('sqs:ReceiveMessage'));
  expect(receives.map(([id, { Action, Resource }]) => [id.replace(/Role.*/, ''), Action, flat(Resource)])).toEqual([
    ['LauncherLaunch', ['sqs:ChangeMessageVisibility', ...RECEIVE], expect.stringContaining('JobsQueue')],
    ['Guard', RECEIVE, expect.stringContaining('JobsDeadLetters')],
  ]);
  for (const [, { DependsOn = [] }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
    expect(DependsOn).toContainEqual(expect.stringContaining('RoleDefaultPolicy'));
  }
});

test('the role for Spot instances can be made only when spot is set', () => {
  const makes = (raw: RawTemplate) =>
    statements(raw).filter(([, { Action }]) => list(Action).includes('iam:CreateServiceLinkedRole'));
  expect(makes(rawTemplate())).toEqual([]);
  expect(makes(template).map(([, { Condition }]) => Condition)).toEqual([
    { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
  ]);
});

test('the metrics function writes the index and nothing else, and lists what it has to read', () => {
  const s3 = statements().filter(([id, { Action }]) => id.startsWith('Metrics') && list(Action).join().includes('s3:'));
  expect(s3.map(([, { Sid, Action }]) => [Sid, Action])).toEqual([
    ['ReadStatuses', ['s3:GetObject', 's3:GetObjectVersion']],
    ['ListOutputsAndIndex', 's3:ListBucket'],
    ['WriteIndex', ['s3:DeleteObject', 's3:PutObject']],
  ]);
  const prefixes = ['app_runner/output/*', 'app_runner/index/*'];
  expect(statement('Metrics', 'ListOutputsAndIndex').Condition).toEqual({ StringLike: { 's3:prefix': prefixes } });
});
