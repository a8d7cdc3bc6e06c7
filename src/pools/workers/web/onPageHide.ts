const callbacks = new Set<() => void>();

/** Calls back when this page is left, also where it may be restored later. The result ends that. */
export function onPageHide(callback: () => void): () => void {
  if (callbacks.size === 0) globalThis.addEventListener('pagehide', callAll);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) globalThis.removeEventListener('pagehide', callAll);
  };
}

function callAll(): void {
  for (const callback of [...callbacks]) callback();
}
