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
  expect(subnets).toEqual([true, true]);
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
