import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Imds, startImds } from '../../local/imds/server';
import { enterGroup, removeGroup } from './cgroup';
import { type Cloud, REGION } from './cloud';

const IMDS_ADDRESS = '169.254.169.254';
export const CLOUD_ADDRESS = '169.254.169.253';
/** Accepts connections and never says a word. */
export const SILENT_PORT = 81;

export interface BootOptions {
  /** The image; it stays as it is. */
  root: string;
  name: string;
  userData?: string;
  tags: Record<string, string>;
  cloud: Cloud;
  /** Folder for sockets and the console log. */
  dir: string;
  imdsDelayMs?: number;
  /** The most address space of each process, in MiB. */
  addressSpaceMib?: number;
  /** Files of the image that are empty on this machine. */
  broken?: string[];
}

/** Tells systemd where the services of AWS are; on an instance that is DNS's business. */
export function setEndpoint(root: string): void {
  const folder = path.join(root, 'etc/systemd/system.conf.d');
  fs.mkdirSync(folder, { recursive: true });
  const line = `DefaultEnvironment=AWS_ENDPOINT_URL=http://${CLOUD_ADDRESS}:9000`;
  fs.writeFileSync(path.join(folder, 'endpoint.conf'), `[Manager]\n${line}\n`);
}

/** Every machine that was booted and not removed yet. */
export const machines = new Set<Instance>();

/** A machine with a real systemd as its first process, and the metadata service at its real address. */
export class Instance {
  readonly startedAt = Date.now();
  /** Milliseconds from start to power-off, once it is off. */
  offAfter?: number;
  readonly off: Promise<void>;

  private constructor(
    readonly id: string,
    readonly namespace: string,
    private readonly container: ChildProcess,
    private readonly consoleFile: string,
    private readonly helpers: { relay: ChildProcess; imds: Imds },
  ) {
    this.off = once(container, 'exit').then(() => {
      this.offAfter = Date.now() - this.startedAt;
    });
  }

  static async boot(options: BootOptions): Promise<Instance> {
    const { root, name, userData, tags, cloud, dir, imdsDelayMs, addressSpaceMib, broken = [] } = options;
    const namespace = `lambda-ec2-${process.pid}-${name}`;
    const id = `i-${Buffer.from(name.padEnd(8)).toString('hex').slice(0, 16).padStart(17, '0')}`;
    const imdsSocket = path.join(dir, `${name}.imds`);
    const silent = path.join(dir, `${name}.silent`);
    const ip = (...args: string[]) => execFileSync('ip', args);
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    for (const address of [IMDS_ADDRESS, CLOUD_ADDRESS])
      ip('-n', namespace, 'addr', 'add', `${address}/32`, 'dev', 'lo');
    const relays = [
      `${IMDS_ADDRESS}:80=${imdsSocket}`,
      `${CLOUD_ADDRESS}:9000=${cloud.socket}`,
      `${CLOUD_ADDRESS}:${SILENT_PORT}=${silent}`,
    ];
    const imds = await startImds(metadata(id, userData, tags, cloud), { unixSocket: imdsSocket, delayMs: imdsDelayMs });
    const mute = (await import('node:net')).createServer(() => {}).listen(silent);
    mute.unref();
    const node = [process.execPath, path.join(__dirname, 'relay.js'), ...relays];
    const relay = spawn('ip', ['netns', 'exec', namespace, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(relay.stdout as NodeJS.ReadableStream, 'data');
    const consoleFile = path.join(dir, `${name}.console`);
    const output = fs.openSync(consoleFile, 'w');
    const container = spawn(
      'sh',
      [
        ...[
          '-c',
          `${enterGroup(namespace)} && exec systemd-nspawn "$@"`,
          'sh',
          '--quiet',
          '--boot',
          `--directory=${root}`,
          '--volatile=overlay',
          '--register=no',
          '--keep-unit',
        ],
        ...['--console=read-only', `--machine=${namespace}`, `--network-namespace-path=/run/netns/${namespace}`],
        // Small, so that an app can fill it.
        ...['--capability=CAP_NET_ADMIN', '--tmpfs=/var/lib/lambda-ec2:mode=755,size=200M'],
        ...(addressSpaceMib ? [`--rlimit=AS=${addressSpaceMib}M`] : []),
        ...broken.map((file) => `--bind-ro=/dev/null:${file}`),
      ],
      { stdio: ['ignore', output, output], detached: true },
    );
    fs.closeSync(output);
    const instance = new Instance(id, namespace, container, consoleFile, { relay, imds });
    machines.add(instance);
    return instance;
  }

  get console(): string {
    return fs.readFileSync(this.consoleFile, 'utf8');
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
    return this.#processes('run', '/usr/lib/lambda-ec2')[0];
  }

  #processes(...words: string[]): number[] {
    const inode = fs.statSync(`/run/netns/${this.namespace}`).ino;
    const numbers = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return numbers.map(Number).filter((pid) => {
      try {
        const line = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.every((word) => line.includes(word)) && fs.statSync(`/proc/${pid}/ns/net`).ino === inode;
      } catch {
        // Gone meanwhile.
        return false;
      }
    });
  }

  /** Runs a command inside, as root. */
  run(...command: string[]): string {
    const [init] = this.#processes('/usr/lib/systemd/systemd').concat(this.#processes('/sbin/init'));
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
    await this.helpers.imds.close();
    execFileSync('ip', ['netns', 'delete', this.namespace]);
    removeGroup(this.namespace);
  }
}

function metadata(instanceId: string, userData: string | undefined, tags: Record<string, string>, { keys }: Cloud) {
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
