import type { Action, Rule } from '../proxy';
import type { Row } from '../row';
import { SUCCEEDS } from './promises';

const STATUS = /_status\.json$/;

/** How S3 can be away. */
const AWAY: Record<string, Action> = {
  '503': { refuse: 503, code: 'SlowDown' },
  hang: 'hang',
  cut: 'cut',
  '403': { refuse: 403, code: 'AccessDenied' },
  '307': { refuse: 307, code: 'TemporaryRedirect', headers: { location: 'http://169.254.169.253:9003/' } },
};

const awayAtClaim: Row[] = Object.entries(AWAY).flatMap(([how, does]) =>
  [20, 60, 90].map((seconds) => ({
    name: `S3 away for ${seconds} s at the claim: ${how}`,
    settings: { ec2_timeout: '3m' },
    lasts: seconds,
    s3: [{ method: 'PUT', path: STATUS, seconds, does } satisfies Rule],
    promised: SUCCEEDS,
  })),
);

export const NETWORK: Row[] = [{ name: 'no fault at all', promised: SUCCEEDS }, ...awayAtClaim];
