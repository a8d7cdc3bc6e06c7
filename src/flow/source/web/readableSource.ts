/** Browsers have no streams of Node. */
export const readableSource = (): undefined => undefined;
