import { cbor } from '@smithy/core/cbor';
import type { Endpoint } from '../../http/server';
import { type Answer, anEcho, anEndpoint, aSigner, send } from '../http/helpers';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await anEndpoint([anEcho('s3')]);
});
afterAll(() => endpoint.close());

async function ask(service: string, headers: object, { method = 'POST', path = '/', body = '' } = {}): Promise<Answer> {
  const { host, hostname } = new URL(endpoint.url);
  const request = { protocol: 'http:', hostname, method, path, query: {}, body: body || undefined };
  const signed = await aSigner(service).sign({ ...request, headers: { host, ...headers } });
  return send(endpoint.url, { method, path, headers: signed.headers, body });
}

const SENTENCE = (service: string) => `there is no ${service} on this machine, only s3`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const xml = (service: string, body: string) => ({
  status: 501,
  body: expect.stringContaining(body.replace('SENTENCE', SENTENCE(service))),
  headers: expect.objectContaining({ 'content-type': expect.stringContaining('xml') }),
});
const WRAPPED =
  '<ErrorResponse><Error><Type>Sender</Type><Code>NotImplemented</Code><Message>SENTENCE</Message></Error>';

test('the Query protocol gets its error, in the form of EC2 where it is EC2', async () => {
  const body = 'Action=DescribeStacks&Version=2010-05-15';

  expect(await ask('cloudformation', FORM, { body })).toEqual(xml('cloudformation', WRAPPED));
  expect(await ask('iam', FORM, { body })).toEqual(xml('iam', WRAPPED));
  expect(await ask('ec2', FORM, { body })).toEqual(
    xml('ec2', '<Response><Errors><Error><Code>NotImplemented</Code><Message>SENTENCE</Message></Error></Errors>'),
  );
});

test.each(['1.0', '1.1'])('AWS JSON %s gets its error', async (version) => {
  const type = `application/x-amz-json-${version}`;
  const answer = await ask('logs', { 'x-amz-target': 'Logs_20140328.DescribeLogGroups', 'content-type': type });

  expect(answer).toMatchObject({ status: 501, headers: { 'content-type': type } });
  expect(JSON.parse(answer.body)).toEqual({ __type: 'NotImplemented', message: SENTENCE('logs') });
});

test('REST gets JSON, or XML where the service speaks that', async () => {
  const lambda = await ask('lambda', {}, { method: 'GET', path: '/2015-03-31/functions/' });

  expect(lambda).toMatchObject({ status: 501, headers: { 'x-amzn-errortype': 'NotImplemented' } });
  expect(JSON.parse(lambda.body)).toEqual({ message: SENTENCE('lambda') });
  expect(await ask('route53', {}, { method: 'GET', path: '/2013-04-01/hostedzone' })).toEqual(xml('route53', WRAPPED));
  expect(await ask('s3express', {}, { method: 'GET', path: '/b' })).toEqual(
    xml('s3express', '<Error><Code>NotImplemented</Code><Message>SENTENCE</Message>'),
  );
});

test('RPC v2 CBOR gets its error', async () => {
  const headers = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
  const path = '/service/GraniteServiceVersion20100801/operation/ListMetrics';
  const { host, hostname } = new URL(endpoint.url);
  const request = { protocol: 'http:', hostname, method: 'POST', path, query: {}, headers: { host, ...headers } };
  const signed = await aSigner('monitoring').sign(request);
  const answer = await fetch(endpoint.url + path, { method: 'POST', headers: signed.headers });

  expect(answer.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
  expect(cbor.deserialize(new Uint8Array(await answer.arrayBuffer()))).toEqual({
    __type: 'NotImplemented',
    message: SENTENCE('monitoring'),
  });
});
