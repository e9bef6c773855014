import { FAILED_BAKE_STATES, FINAL_BAKE_STATES, GOOD_BAKE_STATES } from '../../contract/bake-states';
import { SCHEDULE_EVENT } from '../../contract/schedule-event';

// "ImageState" in the Image Builder API Reference.
const UNDER_WAY = ['PENDING', 'CREATING', 'BUILDING', 'TESTING', 'DISTRIBUTING', 'INTEGRATING'];

test('a bake is over that made an image, or failed', () => {
  expect(GOOD_BAKE_STATES).toEqual(['AVAILABLE', 'DEPRECATED', 'DELETED', 'DISABLED']);
  expect(FAILED_BAKE_STATES).toEqual(['FAILED', 'CANCELLED']);
  expect([...FINAL_BAKE_STATES].sort()).toEqual([...GOOD_BAKE_STATES, ...FAILED_BAKE_STATES].sort());
  expect(UNDER_WAY.filter((state) => FINAL_BAKE_STATES.includes(state))).toEqual([]);
});

test('a function knows the invocation of a schedule by its source', () => {
  expect(SCHEDULE_EVENT).toEqual({ source: 'lambda-ec2.schedule' });
});
