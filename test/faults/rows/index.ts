import type { Row } from '../row';
import { NETWORK } from './network';

export const ROWS: Row[] = [...NETWORK];
