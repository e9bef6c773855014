import { aws_ec2 as ec2 } from 'aws-cdk-lib';
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
    this.ownVpc = settings.vpc_id ? undefined : smallVpc(this);
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

function smallVpc(scope: Construct): ec2.Vpc {
  return new ec2.Vpc(scope, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr('10.80.0.0/20'),
    // As many as a synthesis without look-ups may count on; each is a chance of capacity.
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true }],
    gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    // Nothing is ever put into the default group, and emptying it needs a function with rights over security groups.
    restrictDefaultSecurityGroup: false,
  });
}
