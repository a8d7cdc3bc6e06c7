/** Tells builds of this package apart; the build puts its own here. */
export const BUILD_ID = 'source';
