/**
 * The states of a bake that made a good AMI: AVAILABLE, and what may follow it ("ImageState", Image Builder API
 * Reference).
 */
export const GOOD_BAKE_STATES: readonly string[] = ['AVAILABLE', 'DEPRECATED', 'DELETED', 'DISABLED'];

/** The states of a bake that ended without one. */
export const FAILED_BAKE_STATES: readonly string[] = ['FAILED', 'CANCELLED'];

/** The states of a bake that is over. */
export const FINAL_BAKE_STATES: readonly string[] = [...GOOD_BAKE_STATES, ...FAILED_BAKE_STATES];
