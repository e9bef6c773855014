import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Cloud, listenFor, startCloud } from '../../test/boot/cloud';
import { CLOUD_ADDRESS, machines } from '../../test/boot/instance';
import { startGitServer } from '../../test/jobs/git-server';
import { GIT_PORT, type Images, makeImages, PACKAGES_PORT } from './images';
import { servePackages } from './packages';
import { makeRepository } from './repository';

/** What it needs of this machine, as Debian's packages. */
export const TOOLS = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  git: 'git',
  strace: 'strace',
  strip: 'binutils',
  'dpkg-scanpackages': 'dpkg-dev',
  fincore: 'util-linux-extra',
};

/** All that instances need around them, on loopback. */
export interface Surroundings {
  images: Images;
  cloud: Cloud;
  /** Folder for what a run makes. */
  dir: string;
  /** How instances reach the servers. */
  relays: Record<string, string>;
  close(): Promise<void>;
}

/** Starts S3, the git server and the package server, and makes the images. */
export async function surroundings(dir: string, cache: string): Promise<Surroundings> {
  const served = path.join(dir, 'repositories');
  const repository = path.join(served, 'app');
  mkdirSync(served);
  makeRepository(repository);
  const [cloud, git, packages] = [
    await startCloud(path.join(dir, 'cloud')),
    await startGitServer(served),
    await servePackages(cache),
  ];
  const [gitSocket, packagesSocket] = [path.join(dir, 'git.sock'), path.join(dir, 'packages.sock')];
  const gitPort = Number(new URL(git.url).port);
  const sockets = [await listenFor(gitPort, gitSocket), await listenFor(packages.port, packagesSocket)];
  const close = async () => {
    await Promise.all([...machines].map((machine) => machine.remove()));
    for (const socket of sockets) socket.close();
    packages.close();
    await git.close();
    await cloud.close();
  };
  try {
    const images = await makeImages({ work: dir, cache, repository, packagesPort: packages.port });
    const relays = {
      [`${CLOUD_ADDRESS}:${GIT_PORT}`]: gitSocket,
      [`${CLOUD_ADDRESS}:${PACKAGES_PORT}`]: packagesSocket,
    };
    return { images, cloud, dir, relays, close };
  } catch (error) {
    await close();
    throw error;
  }
}
