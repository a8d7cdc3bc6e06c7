/** Identifies a build of this package. The build replaces it by its own id. */
export const BUILD_ID = 'source';
