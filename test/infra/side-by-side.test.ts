import { type RawTemplate, rawTemplate } from './synth';

// Two stacks in one account and Region, from two settings files.

const one = rawTemplate({ name: 'nightly', bake_schedule: 'cron(0 3 ? * sun *)', quiet_days: 7, dashboard: true });
const two = rawTemplate({ name: 'reports', bake_schedule: 'cron(0 3 ? * sun *)', quiet_days: 7, dashboard: true });

/** Properties that hold a name which only one resource of an account and Region may have. */
const PHYSICAL_NAME =
  /^(Name|.*(BucketName|QueueName|TopicName|FunctionName|RoleName|PolicyName|TemplateName|GroupName|AlarmName|DashboardName|ProfileName|RuleName|LogGroupName))$/;

/** The names that the template itself gives to its resources: [type, property, name]. */
function physicalNames({ Resources }: RawTemplate): string[] {
  return Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    Object.entries(Properties)
      .filter(([property, value]) => PHYSICAL_NAME.test(property) && typeof value === 'string')
      // The name of an inline policy is one of its role's alone.
      .filter(([property]) => !(Type === 'AWS::IAM::Policy' && property === 'PolicyName'))
      .map(([property, value]) => `${Type} ${property} ${value}`),
  );
}

test('no name of one stack is a name of the other', () => {
  expect(physicalNames(one).length).toBeGreaterThan(10);
  expect(physicalNames(one).filter((name) => physicalNames(two).includes(name))).toEqual([]);
});

test('every name that a stack gives starts with its own, apart from where a service wants another beginning', () => {
  const others = physicalNames(one).filter((name) => !/ (nightly|\/aws\/imagebuilder\/nightly)(-[a-z-]+)?$/.test(name));
  expect(others).toEqual([]);
});

test('what is measured and tagged tells the stacks apart', () => {
  expect(JSON.stringify(one)).not.toContain('reports');
  expect(JSON.stringify(one)).not.toContain('"Value":"lambda-ec2"');
});

test('ids of resources do not depend on the name, so that two stacks can be compared', () => {
  const stable = (template: RawTemplate) =>
    Object.keys(template.Resources).map((id) => id.replace(/(nightly|reports)/g, 'NAME').replace(/[0-9A-F]{8,}$/, ''));
  expect(stable(one)).toEqual(stable(two));
});
