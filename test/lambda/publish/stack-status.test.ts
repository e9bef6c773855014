import { parseRequest } from '../../../lambda/publish/custom-resource';
import { deployOrRollBack } from '../../../lambda/publish/stack-status';
import { request } from './fixture';

type Request = Parameters<typeof deployOrRollBack>[0];
const URL = 'https://cloudformation.example';
const create = parseRequest(request('Create', URL, { version: 4, recipe: 'a' })) as Request;
const update = parseRequest(
  request('Update', URL, { version: 4, recipe: 'a' }, { version: 3, recipe: 'a' }),
) as Request;

test.each(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'])(
  'while the stack is in %s a request is a deploy',
  (status) => {
    expect(deployOrRollBack(create, status)).toEqual({ origin: 'deploy', version: 4 });
    expect(deployOrRollBack(update, status)).toEqual({ origin: 'deploy', version: 4, previous: 3 });
  },
);

test('an update while the stack rolls an update back takes back the version before it', () => {
  const status = 'UPDATE_ROLLBACK_IN_PROGRESS';
  expect(deployOrRollBack(update, status)).toEqual({ origin: 'rollback', version: 4, undoes: 3 });
  expect(deployOrRollBack(create, status)).toBeUndefined();
});

test.each([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'ROLLBACK_IN_PROGRESS',
  'IMPORT_ROLLBACK_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
])('while the stack is in %s a request is of no deploy any more', (status) => {
  expect(deployOrRollBack(create, status)).toBeUndefined();
  expect(deployOrRollBack(update, status)).toBeUndefined();
});

test('what is wrong in a request is named by its place', () => {
  const { ResourceProperties: _none, ...without } = request('Create', URL, { version: 4, recipe: 'a' });
  expect(() =>
    parseRequest({ ...without, ResourceProperties: { LatestVersionNumber: 'many', RecipeArn: 'a' } }),
  ).toThrow(/^the request to lambda\/publish is not in order: ResourceProperties\.LatestVersionNumber: \S/);
  expect(() => parseRequest({ RequestType: 'Move' })).toThrow(/not in order: RequestType: \S/);
});
