import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alongside } from '../contract/shell';

// The end of a job whose runner was killed at the worst moment.

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'ending-test-'));
  mkdirSync(path.join(dir, 'status'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test.each([
  // Killed between taking the right to say why and saying it.
  [['status/reason.lock'], 'FAILED LOST'],
  [['status/reason.lock', 'output-is-up'], 'SUCCEEDED '],
  [['output-is-up'], 'SUCCEEDED '],
  [[], 'FAILED LOST'],
])('with %j left behind the record says %s', async (files, expected) => {
  for (const file of [...files, 'claimed']) writeFileSync(path.join(dir, file), '');
  const script = `
    STATUS_DIR=${dir}/status CLAIM_FILE=${dir}/claimed SUPERSEDED_FILE=${dir}/superseded APP_RESULT_FILE=${dir}/app-result
    OUTPUT_IS_UP_FILE=${dir}/output-is-up EC2_LOG=${dir}/ec2.log
    for name in app::stop bounded::stop_all credentials::forget disk::drop_ballast live_logs::stop output::clear ending::push_logs
    do eval "$name() { :; }"; done
    deadline::upload_seconds() { echo 1; }
    status::push() { printf '%s %s' "$1" "$(status::value reason)"; }
    ending::finish`;
  const { stdout } = await alongside(['log', 'clock', 'status', 'ending'], script, { stateDir: dir });
  expect(stdout).toBe(expected);
});

test('the settings of a job are known to whoever ends it, although nobody shows them any more', async () => {
  const script = `
    STATUS_DIR=${dir}/status
    imds::get() { case $1 in */instance) printf 'app_url\\napp_out_zip' ;; */app_url) echo file:///a ;; *) echo my.zip ;; esac; }
    settings::read
    imds::get() { return 7; }
    (declare -A SETTING=(); settings::read; printf '%s %s %s' "\${SETTING[app_url]}" "\${SETTING[app_out_zip]}" "\${SETTING[app_main]}")`;
  const { stdout, stderr } = await alongside(['contract', 'log', 'status', 'settings'], script, { stateDir: dir });
  expect([stdout, stderr]).toEqual(['file:///a my.zip main.py', '']);
});
