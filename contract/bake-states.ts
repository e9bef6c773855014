/** The states of a bake that made a good AMI: AVAILABLE, and what may follow it ("ImageState", Image Builder API reference). */
export const GOOD_BAKE_STATES: readonly string[] = ['AVAILABLE', 'DEPRECATED', 'DELETED', 'DISABLED'];

/** The states of a bake that is over. */
export const FINAL_BAKE_STATES: readonly string[] = [...GOOD_BAKE_STATES, 'FAILED', 'CANCELLED'];
