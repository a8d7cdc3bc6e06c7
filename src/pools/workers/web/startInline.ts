/** Starts a worker without a script of the program: it runs inline functions, and modules that are named by their URLs. */
export async function startInline(): Promise<Worker> {
  // Loaded now, since it is as large as the rest, and programs with scripts of their own do without.
  const { WORKER_TEXT } = await import('./workerText.ts');
  const url = URL.createObjectURL(new Blob([WORKER_TEXT], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'rxjs-parallel', type: 'module' });
  const revoke = (): void => {
    URL.revokeObjectURL(url);
  };
  // The script is fetched from there, and not before the worker runs.
  worker.addEventListener('message', revoke, { once: true });
  worker.addEventListener('error', revoke, { once: true });
  return worker;
}
