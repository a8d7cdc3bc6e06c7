/** The flag for each permission, by the permission's name in Node's errors. */
const FLAGS: Readonly<Record<string, string>> = {
  ChildProcess: '--allow-child-process',
  FileSystemRead: '--allow-fs-read',
  FileSystemWrite: '--allow-fs-write',
  WorkerThreads: '--allow-worker',
};

/** The advice to add to an error of Node's permission model: the flag that is missing. Empty for other errors. */
export function permissionAdvice(error: unknown): string {
  const { code, permission, message } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const flag = code === 'ERR_ACCESS_DENIED' && typeof permission === 'string' ? FLAGS[permission] : undefined;
  return flag === undefined || String(message).includes(flag) ? '' : `: start Node with ${flag}`;
}
