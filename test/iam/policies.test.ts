import { resourcesOf } from '../infra/synth';
import { VARIANTS } from '../infra/variants';
import { type Ask, asksOf } from './asks';
import { asksOfAws } from './asks-of-aws';
import { CALLS } from './calls';
import { commonDangers } from './common-dangers';
import { DANGERS } from './dangers';
import { type Deployed, type DeployedActor, deploy, ROLES } from './deployed';
import { isAllowed } from './simulate';

const ACTORS = Object.keys(ROLES) as DeployedActor[];
/** Roles of services alone, by the beginning of their logical ids, and what limits them. */
const OTHER_ROLES: Readonly<Record<string, string>> = {
  Schedules: 'one a schedule: see schedule-roles.test.ts',
  OldImages: "a managed policy of Image Builder's, for the life cycle of images",
};

describe.each(Object.entries(VARIANTS))('%s', (_name, settings) => {
  let stack: Deployed;
  beforeAll(() => {
    stack = deploy(settings);
  });
  /** Those of the asks that are decided so. */
  const decided = async (actor: DeployedActor, asks: readonly Ask[], allowed: boolean) => {
    const found = await Promise.all(
      asks.map(async (ask) => ((await isAllowed(stack, actor, ask)) === allowed ? [ask] : [])),
    );
    return found.flat();
  };

  test('every role is known here', () => {
    const known = [...Object.values(ROLES), ...Object.keys(OTHER_ROLES)];
    const ids = resourcesOf(stack.template, 'AWS::IAM::Role').map(([id]) => id);
    expect(ids.filter((id) => !known.some((prefix) => id.startsWith(prefix)))).toEqual([]);
  });

  test.each(ACTORS)('%s may do what it does', async (actor) => {
    const asks = [...CALLS[actor].flatMap((call) => asksOf(call, stack, actor)), ...asksOfAws(stack)[actor]];
    expect(asks.length).toBeGreaterThan(0);
    expect(await decided(actor, asks, false)).toEqual([]);
  });

  test.each(ACTORS)('%s may do nothing dangerous', async (actor) => {
    const allowed = await decided(actor, [...commonDangers(stack), ...DANGERS[actor](stack)], true);
    expect(allowed).toEqual([]);
  });
});
