/** A program that hosts one instance and waits to be killed; run by host.test.ts. */
import type { LaunchedInstance } from 'aws-emulator/ec2/host';
import { LocalInstanceHost } from '../../../local/instance/host';

const host = new LocalInstanceHost({
  stateDir: process.env.STATE as string,
  endpointUrl: () => 'http://127.0.0.1:1',
  startImds: async () => ({ url: 'http://127.0.0.1:1/', close: async () => {} }),
  onEnded: () => {},
  toolsDir: '/nowhere',
  python: () => process.env.INIT_PYTHON ?? 'python3',
});

const instance = { instanceId: 'i-killed', imageId: 'ami-1', imageRootDir: process.env.IMAGE } as LaunchedInstance;
void host.start(instance).then(() => console.log('started'));
