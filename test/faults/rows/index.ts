import type { Row } from '../row';
import { APPS } from './apps';
import { KILLS } from './kills';
import { MACHINE } from './machine';
import { NETWORK } from './network';
import { PACKAGES } from './packages';
import { REPOSITORIES } from './repositories';
import { TWICE } from './twice';

/** The whole matrix, in the order of its table. */
export const ROWS: Row[] = [...NETWORK, ...KILLS, ...TWICE, ...MACHINE, ...APPS, ...REPOSITORIES, ...PACKAGES];
