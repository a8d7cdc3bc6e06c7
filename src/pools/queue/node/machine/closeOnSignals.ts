/** The signals by which an orchestrator and a terminal end a process. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Closes a server at the first signal, and ends this process when the server is closed. A second signal ends it at once. */
export function closeOnSignals(server: { close(): Promise<void> }): void {
  let signals = 0;
  const end = (): void => {
    signals += 1;
    if (signals > 1) process.exit(1);
    server.close().then(
      () => {
        process.exit(0);
      },
      () => {
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, end);
}
