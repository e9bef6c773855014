import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alongside } from '../contract/shell';

// EC2 may restart an instance under its id. What the runner noted on tmpfs is gone then, and the upload must not run twice.

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'restart-test-'));
  mkdirSync(path.join(dir, 'status'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The claim of an instance whose object is there already, in this state. `lost`: the answer to its own write was lost. */
async function claim(state: string, restarted: boolean) {
  if (restarted) writeFileSync(path.join(dir, 'first-boot'), 'another boot\n');
  const script = `
    STATUS_DIR=${dir}/status ETAG_FILE=${dir}/etag FIRST_BOOT_FILE=${dir}/first-boot INSTANCE_ID=i-1 JOB_ID=may
    JOB_VERSION=v1 JOB_SEQUENCER=01 JOB_ATTEMPT=1
    restart::boot_id() { echo this boot; }
    disk::is_full() { false; }
    s3::retry() { shift; "$@"; }
    status::write() { if [[ $* == *If-Match* ]]; then printf 200; else printf 412; fi; }
    claim::read() { CLAIM_CODE=200 CLAIM_ETAG='"e"' CLAIM_OBJECT='{"state": "${state}", "instance_id": "i-1"}'; }
    result=0
    claim::take || result=$?
    printf '%s|%s|%s' "$result" "$(status::value reason)" "$([[ -f \${CLAIM_FILE} ]] && echo claimed)"`;
  const parts = ['contract', 'log', 'clock', 'json', 'phase', 'disk', 'status', 'restart', 'claim'];
  const { stdout, stderr } = await alongside(parts, script, { stateDir: dir });
  return { said: stdout, stderr };
}

test.each([
  ['RUNNING', false, '0||claimed'],
  ['RUNNING', true, '1|INTERRUPTED|claimed'],
  ['SUCCEEDED', true, '3||'],
  ['FAILED', true, '3||'],
])('an own record that says %s, restarted: %s', async (state, restarted, expected) => {
  expect((await claim(state, restarted)).said).toBe(expected);
});
