import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, promises, rmSync } from 'node:fs';
import path from 'node:path';
import type { InstanceHost, LaunchedInstance } from 'aws-emulator/ec2/host';
import { instanceEnvironment } from './environment';
import { copyTree } from './image';
import { kill, killInstanceProcesses } from './instance-processes';

interface LocalInstanceHostOptions {
  /** Instances live in its folder `instances`. */
  stateDir: string;
  /**
   * Common endpoint of the AWS services; asked at each start, because the endpoint itself needs EC2, which needs this.
   */
  endpointUrl: () => string;
  /** Starts the metadata service of one instance. */
  startImds: (instance: LaunchedInstance) => Promise<{ url: string; close(): Promise<void> }>;
  /** The machine ended by itself. */
  onEnded: (instanceId: string, reason: 'shutdown' | 'host-failure') => void;
  /** Folder of commands that goes on the instances' PATH. */
  toolsDir: string;
  /** Python 3.6 or newer for the instances' init; asked at each start. */
  python: () => string | Promise<string>;
  /** Keeps the instances' files for a person to look at. */
  keep?: boolean;
}

interface Machine {
  init: ChildProcess;
  /** Resolves when nothing is left of the machine. */
  gone: Promise<void>;
  stopping: boolean;
}

const INIT = path.join(__dirname, 'init.py');
/** How long a machine may take to stop before the power is cut. */
const STOP_LIMIT_MS = 150_000;

/** Runs EC2 instances as process trees on this machine, each below a folder of its own and with its own IMDS. */
export class LocalInstanceHost implements InstanceHost {
  private readonly machines = new Map<string, Machine>();
  private readonly starting = new Set<Promise<void>>();
  private closed = false;

  constructor(private readonly options: LocalInstanceHostOptions) {}

  /** How many machines there are of which something is left. */
  get running(): number {
    return this.machines.size;
  }

  async start(instance: LaunchedInstance): Promise<void> {
    if (this.closed) throw new Error('no more instances are started');
    const starting = this.startMachine(instance);
    this.starting.add(starting);
    await starting.finally(() => this.starting.delete(starting));
  }

  private async startMachine(instance: LaunchedInstance): Promise<void> {
    const { instanceId, imageRootDir } = instance;
    if (!imageRootDir) throw new Error(`image ${instance.imageId} has no files on this machine`);
    const root = path.join(this.folder(instanceId), 'root');
    mkdirSync(root, { recursive: true });
    const imds = await this.options.startImds(instance);
    try {
      await copyTree(imageRootDir, root);
      const init = await this.boot(instanceId, root, imds.url);
      const machine: Machine = { init, stopping: false, gone: this.whenGone(instanceId, init, imds) };
      this.machines.set(instanceId, machine);
    } catch (error) {
      await imds.close();
      this.removeFiles(instanceId);
      throw error;
    }
  }

  async stop(instanceId: string): Promise<void> {
    const machine = this.machines.get(instanceId);
    if (!machine) return;
    machine.stopping = true;
    const pid = machine.init.pid as number;
    if (machine.init.exitCode === null && machine.init.signalCode === null) kill(pid, 'SIGTERM');
    const cut = setTimeout(() => kill(pid, 'SIGKILL'), STOP_LIMIT_MS);
    await machine.gone;
    clearTimeout(cut);
  }

  async consoleOutput(instanceId: string): Promise<string> {
    const file = path.join(this.folder(instanceId), 'console.log');
    return existsSync(file) ? promises.readFile(file, 'utf8') : '';
  }

  /** Cuts the power of every machine: for the end of the program. Resolves when nothing is left. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.starting);
    const machines = [...this.machines.values()];
    for (const machine of machines) {
      machine.stopping = true;
      // Init takes the end of this pipe for the end of its host and asks nobody.
      machine.init.stdin?.destroy();
    }
    await Promise.all(machines.map((machine) => machine.gone));
  }

  private folder(instanceId: string): string {
    return path.join(this.options.stateDir, 'instances', instanceId);
  }

  private async boot(instanceId: string, root: string, imdsUrl: string): Promise<ChildProcess> {
    const { toolsDir, endpointUrl } = this.options;
    const python = await this.options.python();
    const env = instanceEnvironment({ instanceId, root, toolsDir, endpointUrl: endpointUrl(), imdsUrl });
    // What init says before it opens its console itself.
    const console = openSync(path.join(this.folder(instanceId), 'console.log'), 'a');
    // Detached: Ctrl-C at the terminal is for us, and we end the machines in order.
    const init = spawn(python, ['-B', '-E', '-s', INIT, root], {
      env,
      cwd: root,
      detached: true,
      stdio: ['pipe', 'ignore', console],
    });
    closeSync(console);
    return new Promise((resolve, reject) => {
      init.once('error', reject);
      init.once('spawn', () => resolve(init));
    });
  }

  private async whenGone(instanceId: string, init: ChildProcess, imds: { close(): Promise<void> }): Promise<void> {
    const code = await new Promise<number | null>((resolve) => init.once('exit', resolve));
    await killInstanceProcesses(instanceId);
    await imds.close();
    this.removeFiles(instanceId);
    const machine = this.machines.get(instanceId);
    this.machines.delete(instanceId);
    if (!machine?.stopping) this.options.onEnded(instanceId, code === 0 ? 'shutdown' : 'host-failure');
  }

  /** The root goes, the console stays: it can be asked for after the end, as in EC2. */
  private removeFiles(instanceId: string): void {
    if (this.options.keep) return;
    rmSync(path.join(this.folder(instanceId), 'root'), { recursive: true, force: true, maxRetries: 3 });
  }
}
