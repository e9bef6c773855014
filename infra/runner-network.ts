import { Aws, CfnCondition, aws_ec2 as ec2, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';

/**
 * Where instances live: out to the internet, nothing in.
 *
 * By default an own small VPC with public subnets: no NAT gateway, which would cost more than most users' jobs, and a
 * gateway endpoint so that traffic to S3 is free and stays inside AWS. With `vpc_id` an existing VPC, whose subnets
 * must give their instances a way to the internet.
 */
export class RunnerNetwork extends Construct {
  readonly subnetIds: string[];
  readonly securityGroupId: string;
  /** Unset for an existing VPC. */
  readonly ownVpc?: ec2.Vpc;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.ownVpc = settings.vpc_id ? undefined : smallVpc(this, settings);
    this.subnetIds = this.ownVpc?.publicSubnets.map(({ subnetId }) => subnetId) ?? settings.subnets;
    const group = new ec2.CfnSecurityGroup(this, 'SecurityGroup', {
      groupDescription: `${settings.name}: instances of jobs and of bakes, nothing may come in`,
      vpcId: this.ownVpc?.vpcId ?? settings.vpc_id,
      // git over https and ssh, package indexes, AWS: an app may talk to anything.
      // IPv6 too: in a subnet that has it, programs try it first, and would wait for packets that are dropped.
      securityGroupEgress: [
        { ipProtocol: '-1', cidrIp: '0.0.0.0/0', description: 'everything' },
        { ipProtocol: '-1', cidrIpv6: '::/0', description: 'everything over IPv6' },
      ],
    });
    this.securityGroupId = group.attrGroupId;
  }
}

function smallVpc(scope: Construct, { availability_zones }: Settings): ec2.Vpc {
  return new ec2.Vpc(scope, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr('10.80.16.0/20'),
    availabilityZones: availability_zones.length > 0 ? availability_zones : firstZones(scope),
    natGateways: 0,
    // A fourth of the VPC, so that another zone leaves the subnets of the others where they are.
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true, cidrMask: 22 },
    ],
    gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    // Nothing is ever put into the default group, and emptying it needs a function with rights over security groups.
    restrictDefaultSecurityGroup: false,
  });
}

/**
 * The first three zones that the account has in the Region: each is a chance of capacity, and one may have none of the
 * instance types, as use1-az3 has none of the newer ones. In us-west-1 an account may see two of three, so that the third
 * is the first again there: CloudFormation refuses a template that selects beyond the end of a list.
 */
function firstZones(scope: Construct): string[] {
  const hasTwo = new CfnCondition(scope, 'HasTwoZones', { expression: Fn.conditionEquals(Aws.REGION, 'us-west-1') });
  const zone = (index: number) => Fn.select(index, Fn.getAzs());
  return [zone(0), zone(1), Fn.conditionIf(hasTwo.logicalId, zone(0), zone(2)).toString()];
}
