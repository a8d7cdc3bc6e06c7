import { WorkerClient } from '../../src/pools/workers/WorkerClient.ts';

/**
 * Records the calls of all clients to their workers, anew in each spec of the suite that calls this.
 *
 * @param namesOf - How a call is recorded.
 */
export function recordClientCalls(namesOf: (method: string, about: unknown) => readonly string[]): string[] {
  const calls: string[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is applied to each client, and put back.
  const { call } = WorkerClient.prototype;
  beforeEach(() => {
    calls.length = 0;
    WorkerClient.prototype.call = function (this: WorkerClient, ...request: Parameters<typeof call>) {
      calls.push(...namesOf(request[0], request[1]));
      return call.apply(this, request);
    } as typeof call;
  });
  afterEach(() => {
    WorkerClient.prototype.call = call;
  });
  return calls;
}
