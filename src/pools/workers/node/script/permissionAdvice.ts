/** The flags by which Node permits what it calls so in its errors. */
const FLAGS: Readonly<Record<string, string>> = {
  ChildProcess: '--allow-child-process',
  FileSystemRead: '--allow-fs-read',
  FileSystemWrite: '--allow-fs-write',
  WorkerThreads: '--allow-worker',
};

/** The text to add to the message of an error of Node's permission model, so that it names the flag; nothing for others. */
export function permissionAdvice(error: unknown): string {
  const { code, permission, message } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const flag = code === 'ERR_ACCESS_DENIED' && typeof permission === 'string' ? FLAGS[permission] : undefined;
  return flag === undefined || String(message).includes(flag) ? '' : `: Node has to be started with ${flag}`;
}
