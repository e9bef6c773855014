import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { followLog } from '../../cli/jobs/follow-log';
import { inputKey, outputKeys } from '../../contract/keys';
import { processesThatShow } from '../processes';
import { LocalJob, useLocalMachine } from './local-job';

const MIB = 1024 * 1024;
const SIZE_MIB = 300;

const machine = useLocalMachine();

/** Makes a zip file of this size from bytes that cannot be compressed, without holding them. */
const MAKE_ZIP = `
import os, zipfile
def make(path, mib):
    with zipfile.ZipFile(path, 'w') as archive, archive.open('data', 'w') as member:
        for _ in range(mib): member.write(os.urandom(1 << 20))
`;

test('300 MB go in and out, and neither the runner nor the services hold them in memory', async () => {
  const job = new LocalJob(machine());
  try {
    const input = path.join(job.dir, 'input.zip');
    execFileSync('python3', ['-c', `${MAKE_ZIP}\nmake('${input}', ${SIZE_MIB})`]);
    // Only moved, so that what is measured is the way in and out and not the app.
    job.commit({ 'main.py': "import os\nos.rename('input.zip', 'output.zip')" });
    await job.configure({ ec2_timeout: '5m' });
    const before = process.memoryUsage.rss();
    let runner = 0;
    let services = 0;
    const watch = setInterval(() => {
      runner = Math.max(runner, largestProcessBelow(path.join(machine().stateDir, 'instances')));
      services = Math.max(services, process.memoryUsage.rss() - before);
    }, 100);
    const version = await machine().upload(inputKey('large'), input);
    const { s3, bucket } = machine();
    const status = await followLog({ s3, bucket, isLocal: true }, 'large', { run: { inputVersion: version } });
    clearInterval(watch);
    await machine().idle();
    expect(status.state).toBe('SUCCEEDED');
    const output = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: outputKeys('large').output }));
    expect(output.ContentLength).toBe(statSync(input).size);
    expect(runner).toBeGreaterThan(0);
    expect(runner).toBeLessThan(200 * MIB);
    expect(services).toBeLessThan(200 * MIB);
  } finally {
    await job.close();
  }
});

/** Resident bytes of the largest process that knows of the folder. */
function largestProcessBelow(folder: string): number {
  return Math.max(0, ...processesThatShow(folder).map(({ pid }) => residentBytes(pid)));
}

function residentBytes(pid: number): number {
  try {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(resident ?? 0) * 1024;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
