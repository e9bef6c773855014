import { operation } from '../../ec2/codec/operations';
import { decodeQuery } from '../../ec2/codec/query';
import { encodeError, encodeResponse } from '../../ec2/codec/xml';

describe('the EC2 Query protocol', () => {
  const decode = (action: string, text: string) => decodeQuery(operation(action).input, new URLSearchParams(text));

  it('reads flattened lists in the order of their numbers', () => {
    const text = 'Action=DescribeInstances&Version=2016-11-15&InstanceId.10=c&InstanceId.2=b&InstanceId.1=a';
    expect(decode('DescribeInstances', text)).toEqual({ InstanceIds: ['a', 'b', 'c'] });
  });

  it('reads nested structures, numbers and booleans by the names of the wire', () => {
    const text =
      'MinCount=1&MaxCount=2&DryRun=true&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k' +
      '&TagSpecification.1.Tag.1.Value=a%26b%2Bc&BlockDeviceMapping.1.Ebs.VolumeSize=30&LaunchTemplate.Version=%24Default';
    expect(decode('RunInstances', text)).toEqual({
      MinCount: 1,
      MaxCount: 2,
      DryRun: true,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'k', Value: 'a&b+c' }] }],
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 30 } }],
      LaunchTemplate: { Version: '$Default' },
    });
  });

  it.each([
    ['RunInstances', 'MinCount=1', 'MissingParameter'],
    ['RunInstances', 'MinCount=1&MaxCount=1&SubnetID=x', 'UnknownParameter'],
    ['RunInstances', 'MinCount=one&MaxCount=1', 'InvalidParameterValue'],
    ['DescribeInstances', 'DryRun=yes', 'InvalidParameterValue'],
    ['DescribeInstances', 'InstanceId.first=i', 'MalformedQueryString'],
  ])('refuses %s with %s as %s', (action, text, code) => {
    expect(() => decode(action, text)).toThrow(expect.objectContaining({ code }));
  });

  it('writes answers as EC2 does', () => {
    const value = { Subnets: [{ SubnetId: 'a<b', VpcId: '"x" & \u0001' }], NextToken: undefined };
    expect(encodeResponse('DescribeSubnets', operation('DescribeSubnets').output, value, 'req')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>req</requestId>' +
        '<subnetSet><item><subnetId>a&lt;b</subnetId><vpcId>&quot;x&quot; &amp; \ufffd</vpcId></item>' +
        '</subnetSet></DescribeSubnetsResponse>',
    );
  });

  it('writes errors as EC2 does', () => {
    expect(encodeError('Some.Code', 'a < b', 'req')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>Some.Code</Code>' +
        '<Message>a &lt; b</Message></Error></Errors><RequestID>req</RequestID></Response>',
    );
  });
});
