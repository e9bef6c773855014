import { mendable } from '../../cli/shared/failure';
import { UserError } from '../../contract/user-error';

const error = (name: string, message = 'the words of AWS', more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const answer = (name: string, httpStatusCode = 400) => error(name, undefined, { $metadata: { httpStatusCode } });

test.each([
  [4, error('CredentialsProviderError', 'Could not load credentials from any providers')],
  [4, answer('ExpiredToken')],
  [4, answer('AuthFailure', 401)],
  [4, answer('AccessDenied', 403)],
  [4, answer('UnauthorizedOperation', 403)],
  [4, answer('AccessDeniedException')],
  [2, error('Error', 'Region is missing')],
  [5, answer('NoSuchBucket', 404)],
  [5, answer('InvalidLaunchTemplateId.NotFound')],
  [5, answer('ResourceNotFoundException')],
  [3, answer('SlowDown', 503)],
  [3, answer('ThrottlingException')],
  [3, answer('InvalidParameterValue')],
  [2, answer('NotImplemented', 501)],
  [3, error('Error', 'connect ECONNREFUSED 127.0.0.1:9', { code: 'ECONNREFUSED' })],
  [3, error('TimeoutError')],
  [3, error('CredentialsProviderError', 'Error: connect ECONNREFUSED 127.0.0.1:9')],
  [3, error('CredentialsProviderError', 'AggregateError')],
  [3, error('CredentialsProviderError', 'TooManyRequestsException: slow down')],
  [
    3,
    error(
      'CredentialsProviderError',
      'UserError: the proxy refuses portal.sso.eu-west-1.amazonaws.com, it answers 502',
    ),
  ],
  [3, error('TokenProviderError', 'getaddrinfo ENOTFOUND oidc.eu-west-1.amazonaws.com')],
  [4, error('CredentialsProviderError', 'UnauthorizedException: Session token not found or invalid')],
  [4, error('TokenProviderError', 'Token is expired. To refresh this SSO session run aws sso login')],
  [3, error('Error', 'unable to get local issuer certificate', { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' })],
])('exit status %d for %s', (exitCode, thrown) => {
  const found = mendable(thrown);
  expect(found).toMatchObject({ name: 'UserError', exitCode });
  if (exitCode !== 2) expect((found as Error).message).toContain(thrown.message);
});

test('only what may pass is worth another try', () => {
  const sentence = (thrown: Error) => (mendable(thrown) as Error).message;
  for (const thrown of [answer('SlowDown', 503), answer('ThrottlingException'), error('TimeoutError')]) {
    expect(sentence(thrown)).toMatch(/^AWS could not be asked, try again: /);
  }
  expect(sentence(answer('InvalidParameterValue'))).toMatch(/^AWS refuses it: InvalidParameterValue/);
  expect(sentence(answer('NotImplemented', 501))).toContain('add --local');
});

test('a defect stays one, and what was said already is not said in other words', () => {
  for (const thrown of [new TypeError('x is undefined'), new UserError('no'), 'text']) {
    expect(mendable(thrown)).toBe(thrown);
  }
});
