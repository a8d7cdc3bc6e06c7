/** Stands for stores that follow asynchronous calls: browsers have none, and no rule in a page makes one. */
export const AsyncLocalStorage = undefined;
