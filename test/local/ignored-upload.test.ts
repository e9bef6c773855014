import { ignoredUpload } from '../../local/ignored-upload';

test.each([
  'app_runner/input/may.ZIP',
  'app_runner/input/may.csv',
  'may.zip',
  'input/may.zip',
  'App_runner/input/may.zip',
])('an upload to %s is told to start no job', (key) => {
  expect(ignoredUpload(key)).toMatch(`upload ${key} starts no job: only keys of the form app_runner/input/NAME.zip do`);
});

test.each([
  'app_runner/input/a/may.zip',
  'app_runner/output/may.zip',
  'app_runner/guard/i-1',
  'app_runner/index/1/may',
])('nothing is said of %s', (key) => expect(ignoredUpload(key)).toBeUndefined());
