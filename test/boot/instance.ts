import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Imds, startImds } from 'aws-emulator/imds/server';
import { processes } from '../processes';
import { cpuSeconds, enterGroup, removeGroup } from './cgroup';
import { type Cloud, REGION } from './cloud';

const IMDS_ADDRESS = '169.254.169.254';
const IMDS_ADDRESS_6 = 'fd00:ec2::254';
/** Where an instance finds what stands for the rest of AWS, and whatever else a test puts there. */
export const CLOUD_ADDRESS = '169.254.169.253';
/** Accepts connections and never says a word. */
export const SILENT_PORT = 81;
/** systemd-nspawn's exit status when the machine inside restarts (EXIT_FORCE_RESTART). */
const RESTARTED = 133;

export interface BootOptions {
  /** The image; it stays as it is. */
  root: string;
  name: string;
  userData?: string;
  tags: Record<string, string>;
  cloud: Pick<Cloud, 'keys' | 'socket'>;
  /** Folder for sockets and the console log. */
  dir: string;
  imdsDelayMs?: number;
  /** Unix sockets behind `ADDRESS:PORT` inside, beside the usual ones or in their place. */
  relays?: Record<string, string>;
  /** A folder of this machine that is the disk of the jobs, and outlives a restart; else 200 MB of memory. */
  disk?: string;
  /** Variables for every unit. */
  environment?: Record<string, string>;
  /** The most address space of each process, in MiB. */
  addressSpaceMib?: number;
  /** Files of the image that are empty on this machine. */
  broken?: string[];
  /** Units that do not start. */
  masked?: string[];
  /** The command that the machine is started by, such as strace. */
  under?: string[];
}

/** Tells systemd where the services of AWS are; on an instance that is DNS's business. */
export function setEndpoint(root: string): void {
  const folder = path.join(root, 'etc/systemd/system.conf.d');
  mkdirSync(folder, { recursive: true });
  const line = `DefaultEnvironment=AWS_ENDPOINT_URL=http://${CLOUD_ADDRESS}:9000`;
  writeFileSync(path.join(folder, 'endpoint.conf'), `[Manager]\n${line}\n`);
}

/** Every machine that was booted and not removed yet. */
export const machines = new Set<Instance>();

/** A machine with a real systemd as its first process, and the metadata service at its real address. */
export class Instance {
  readonly startedAt = Date.now();
  /** Milliseconds from start to power-off, once it is off. */
  offAfter?: number;
  readonly off: Promise<void>;
  restarts = 0;
  private container!: ChildProcess;

  private constructor(
    readonly id: string,
    readonly namespace: string,
    private readonly command: string[],
    private readonly consoleFile: string,
    private readonly helpers: { relay: ChildProcess; imds: Imds; mute: Server },
  ) {
    writeFileSync(consoleFile, '');
    this.off = this.keepRunning().then(() => {
      this.offAfter = Date.now() - this.startedAt;
    });
  }

  static async boot(options: BootOptions): Promise<Instance> {
    const { name, userData, tags, cloud, dir, imdsDelayMs, relays = {} } = options;
    const namespace = `lambda-ec2-${process.pid}-${name}`;
    const id = `i-${createHash('sha256').update(name).digest('hex').slice(0, 17)}`;
    const imdsSocket = metadataSocket(dir, name);
    const silent = path.join(dir, `${name}.silent`);
    const ip = (...args: string[]) => execFileSync('ip', args);
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    // Of IPv6 at once, without asking whether somebody else has it.
    for (const address of [`${IMDS_ADDRESS}/32`, `${CLOUD_ADDRESS}/32`, `${IMDS_ADDRESS_6}/128`])
      ip('-n', namespace, 'addr', 'add', address, 'dev', 'lo', ...(address.includes(':') ? ['nodad'] : []));
    const ways = {
      [`${IMDS_ADDRESS}:80`]: imdsSocket,
      [`${CLOUD_ADDRESS}:9000`]: cloud.socket,
      [`${CLOUD_ADDRESS}:${SILENT_PORT}`]: silent,
      ...relays,
    };
    const imds = await startImds(metadata(id, userData, tags, cloud), { unixSocket: imdsSocket, delayMs: imdsDelayMs });
    const mute = createServer(() => {}).listen(silent);
    mute.unref();
    // An instance reaches its metadata by either address.
    const both = { ...ways, [`${IMDS_ADDRESS_6}:80`]: ways[`${IMDS_ADDRESS}:80`] };
    const words = Object.entries(both).map(([from, to]) => `${from}=${to}`);
    const node = [process.execPath, path.join(__dirname, 'relay.js'), ...words];
    const relay = spawn('ip', ['netns', 'exec', namespace, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(relay.stdout as NodeJS.ReadableStream, 'data');
    const consoleFile = path.join(dir, `${name}.console`);
    const instance = new Instance(id, namespace, nspawn(namespace, options), consoleFile, { relay, imds, mute });
    machines.add(instance);
    return instance;
  }

  /** Until it powers off; a machine that restarts is started again, as EC2 does it. */
  private async keepRunning(): Promise<void> {
    for (; ; this.restarts++) {
      const output = openSync(this.consoleFile, 'a');
      const script = `${enterGroup(this.namespace)} && exec "$@"`;
      this.container = spawn('sh', ['-c', script, 'sh', ...this.command], {
        stdio: ['ignore', output, output],
        detached: true,
      });
      closeSync(output);
      const [status] = await once(this.container, 'exit');
      if (status !== RESTARTED) return;
    }
  }

  get console(): string {
    return readFileSync(this.consoleFile, 'utf8');
  }

  /** Waits until `check` holds; false when the machine is off or the time is over before. */
  async until(check: () => boolean, limitMs = 60_000): Promise<boolean> {
    for (const end = Date.now() + limitMs; Date.now() < end && this.offAfter === undefined; await pause(20)) {
      if (check()) return true;
    }
    return check();
  }

  /** Waits for the power-off; false when it does not come in time. */
  async isOffWithin(limitMs: number): Promise<boolean> {
    await Promise.race([this.off, pause(limitMs, undefined, { ref: false })]);
    return this.offAfter !== undefined;
  }

  /** The runner as this machine numbers it, once it runs. */
  runner(): number | undefined {
    return this.processes('run', '/usr/lib/lambda-ec2')[0];
  }

  /** Of all its processes so far; to be asked before it is removed. */
  cpuSeconds(): number {
    return cpuSeconds(this.namespace);
  }

  /** Those with all of these arguments, as this machine numbers them. */
  processes(...words: string[]): number[] {
    const inode = statSync(`/run/netns/${this.namespace}`).ino;
    const found = processes().filter((one) => words.every((word) => one.words.includes(word)));
    return found
      .map(({ pid }) => pid)
      .filter((pid) => statSync(`/proc/${pid}/ns/net`, { throwIfNoEntry: false })?.ino === inode);
  }

  /** Takes its addresses away: nobody answers any more. */
  unplug(): void {
    for (const address of [`${IMDS_ADDRESS}/32`, `${CLOUD_ADDRESS}/32`, `${IMDS_ADDRESS_6}/128`])
      execFileSync('ip', ['-n', this.namespace, 'addr', 'del', address, 'dev', 'lo']);
  }

  /** Runs a command inside, as root. */
  run(...command: string[]): string {
    const [init] = this.processes('/usr/lib/systemd/systemd').concat(this.processes('/sbin/init'));
    const leader =
      init ?? Number(execFileSync('pgrep', ['-P', String(this.container.pid)], { encoding: 'utf8' }).trim());
    const enter = [
      '--target',
      String(leader),
      '--mount',
      '--uts',
      '--ipc',
      '--net',
      '--pid',
      '--root',
      'env',
      '-C',
      '/',
    ];
    return execFileSync('nsenter', [...enter, ...command], { encoding: 'utf8' });
  }

  /** Takes the network away for good, but for the metadata service. */
  cutNetwork(): void {
    execFileSync('ip', ['-n', this.namespace, 'addr', 'del', `${CLOUD_ADDRESS}/32`, 'dev', 'lo']);
  }

  /** What systemd and the runner's units have said, as far as it can still be asked. */
  journal(): string {
    try {
      return this.run('journalctl', '--no-pager', '--output=short-monotonic', '--lines=100');
    } catch (error) {
      return `no journal: ${(error as Error).message}`;
    }
  }

  /** Powers it off if it is on, and takes away what was made for it. */
  async remove(): Promise<void> {
    if (!machines.delete(this)) return;
    if (this.offAfter === undefined) {
      // TERM shuts the container down in order, twice at once; KILL would leave it running.
      this.container.kill('SIGTERM');
      if (!(await this.isOffWithin(20_000))) this.container.kill('SIGTERM');
      await this.isOffWithin(20_000);
    }
    this.helpers.relay.kill();
    this.helpers.mute.close();
    await this.helpers.imds.close();
    execFileSync('ip', ['netns', 'delete', this.namespace]);
    removeGroup(this.namespace);
  }
}

/** Where the metadata service of a machine listens. */
export function metadataSocket(dir: string, name: string): string {
  return path.join(dir, `${name}.imds`);
}

/** The command for a machine in a network namespace. */
function nspawn(namespace: string, options: BootOptions): string[] {
  const { root, disk, addressSpaceMib, broken = [], environment = {}, masked = [], under = [] } = options;
  return [
    ...under,
    ...[
      'systemd-nspawn',
      '--quiet',
      '--boot',
      `--directory=${root}`,
      '--volatile=overlay',
      '--register=no',
      '--keep-unit',
    ],
    ...['--console=read-only', `--machine=${namespace}`, `--network-namespace-path=/run/netns/${namespace}`],
    '--capability=CAP_NET_ADMIN',
    // Small, so that an app can fill it.
    disk ? `--bind=${disk}:/var/lib/lambda-ec2` : '--tmpfs=/var/lib/lambda-ec2:mode=755,size=200M',
    ...(addressSpaceMib ? [`--rlimit=AS=${addressSpaceMib}M`] : []),
    ...broken.map((file) => `--bind-ro=/dev/null:${file}`),
    // In a container systemd takes its arguments for the kernel's command line.
    ...Object.entries(environment).map(([name, value]) => `systemd.setenv=${name}=${value}`),
    ...masked.map((unit) => `systemd.mask=${unit}`),
  ];
}

function metadata(
  instanceId: string,
  userData: string | undefined,
  tags: Record<string, string>,
  { keys }: BootOptions['cloud'],
) {
  return {
    instanceId,
    imageId: 'ami-00000000000000001',
    instanceType: 'm7i.large',
    region: REGION,
    accountId: '000000000000',
    availabilityZone: `${REGION}a`,
    privateIpAddress: '172.31.0.10',
    privateDnsName: 'ip-172-31-0-10.ec2.internal',
    launchTime: new Date(),
    ...(userData !== undefined && { userData: Buffer.from(userData) }),
    tags: () => tags,
    role: {
      name: 'lambda-ec2-runner',
      instanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/lambda-ec2-runner',
      credentials: () => keys.assumeRole(),
    },
  };
}
