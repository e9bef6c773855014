import { nearestName } from '../../contract/nearest-name';

const NAMES = ['app_main', 'app_ref', 'ec2_timeout', 'spot', 'vpc_id'];

test.each([
  ['app_man', 'app_main'],
  ['app_mian', 'app_main'],
  ['App-Main', 'app_main'],
  ['AP--MAINE', 'app_main'],
  ['ap_ref', 'app_ref'],
  ['spt', 'spot'],
  ['sp', 'spot'],
  ['pots', 'spot'],
  // A third of its letters may be wrong, and two of a short one.
  ['ec2_timexxx', 'ec2_timeout'],
  ['ec2_timeou', 'ec2_timeout'],
  ['c2-timeouts', 'ec2_timeout'],
])('%s was probably meant to be %s', (misspelt, name) => {
  expect(nearestName(misspelt, NAMES)).toBe(name);
});

test.each(['s', 'xyz', 'ec2_tixxxxx', 'something_else'])('nothing is near %s', (misspelt) => {
  expect(nearestName(misspelt, NAMES)).toBeUndefined();
});

test('of two that are as near the first is meant, and of none nothing', () => {
  expect(nearestName('spit', ['spot', 'spat'])).toBe('spot');
  expect(nearestName('spit', [])).toBeUndefined();
  expect(nearestName('', ['a', ''])).toBe('');
});
