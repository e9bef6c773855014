import { type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

const EXISTING = { vpc_id: 'vpc-0123456789abcdef0', subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] };

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate();
});

test('nothing may come in, and instances may call anywhere, over IPv6 too', () => {
  const { Properties } = theResource(template, 'AWS::EC2::SecurityGroup');
  expect(Properties.SecurityGroupIngress).toBeUndefined();
  expect(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
  expect(Properties.SecurityGroupEgress).toEqual([
    { IpProtocol: '-1', CidrIp: '0.0.0.0/0', Description: 'everything' },
    { IpProtocol: '-1', CidrIpv6: '::/0', Description: 'everything over IPv6' },
  ]);
});

test('the own VPC has public subnets, the free endpoint for S3, and no NAT gateway that costs while nothing runs', () => {
  expect(resourcesOf(template, 'AWS::EC2::NatGateway')).toEqual([]);
  expect(resourcesOf(template, 'AWS::EC2::EIP')).toEqual([]);
  const subnets = resourcesOf(template, 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties.MapPublicIpOnLaunch);
  expect(subnets).toEqual([true, true, true]);
  expect(
    resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties.VpcEndpointType),
  ).toEqual(['Gateway']);
});

test('an existing VPC gets a security group and nothing else', () => {
  const existing = rawTemplate(EXISTING);
  const types = Object.values(existing.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /^AWS::EC2::(?!LaunchTemplate)/.test(type))).toEqual(['AWS::EC2::SecurityGroup']);
  expect(theResource(existing, 'AWS::EC2::SecurityGroup').Properties.VpcId).toBe(EXISTING.vpc_id);
});

test('jobs start in every one of the subnets, and bakes in the first', () => {
  const existing = rawTemplate(EXISTING);
  const { Variables } = theResource(existing, 'AWS::Lambda::Function', 'Launch').Properties.Environment;
  expect(Variables.SUBNET_IDS).toBe(EXISTING.subnets.join(','));
  const bake = theResource(existing, 'AWS::ImageBuilder::InfrastructureConfiguration').Properties;
  expect(bake.SubnetId).toBe(EXISTING.subnets[0]);
  expect(bake.SecurityGroupIds).toEqual(
    theResource(existing, 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.SecurityGroupIds,
  );
});

/** The zones of the subnets of the own VPC, as CloudFormation would make them of those that an account has. */
function zonesOf(of: RawTemplate, account: string[], hasTwo = false): string[] {
  const evaluate = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(evaluate);
    const [[name, inner] = ['', undefined]] = Object.entries(value);
    if (name === 'Fn::GetAZs') return account;
    const [first, second, third] = evaluate(inner) as [string, string[], unknown];
    if (name === 'Fn::Select') return second[Number(first)] ?? `nothing at ${first}`;
    if (name === 'Fn::If') return hasTwo ? second : third;
    throw new Error(`${name} is not known here`);
  };
  return resourcesOf(of, 'AWS::EC2::Subnet').map(
    ([, { Properties }]) => evaluate(Properties.AvailabilityZone) as string,
  );
}

test('the own VPC is in three zones, for one may have none of the instance types; in us-west-1 in the two there are', () => {
  expect(zonesOf(template, ['a', 'b', 'c', 'd'])).toEqual(['a', 'b', 'c']);
  expect(zonesOf(template, ['a', 'b'], true)).toEqual(['a', 'b', 'a']);
  expect(JSON.stringify(template.Conditions)).toContain('{"Fn::Equals":[{"Ref":"AWS::Region"},"us-west-1"]}');
});

test('zones that are named are used as they stand', () => {
  const zones = ['us-east-1a', 'us-east-1d', 'us-east-1f', 'us-east-1c'];
  expect(zonesOf(rawTemplate({ availability_zones: zones }), [])).toEqual(zones);
});

test('another zone leaves the subnets of the others where they are', () => {
  const blocks = (zones: string[]) =>
    resourcesOf(rawTemplate({ availability_zones: zones }), 'AWS::EC2::Subnet').map(
      ([, { Properties }]) => Properties.CidrBlock,
    );
  const two = blocks(['us-east-1a', 'us-east-1b']);
  expect(blocks(['us-east-1a', 'us-east-1b', 'us-east-1c']).slice(0, 2)).toEqual(two);
});
