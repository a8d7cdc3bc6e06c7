import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { AppControllerRoute, AppQueue, BullBoardQueues, IServerAdapter } from '@bull-board/api/typings/app';
import type { Queue } from 'bullmq';

/** The API of bull-board for one queue, without its pages and without a server. */
export class Board implements IServerAdapter {
  private queues: BullBoardQueues = new Map();
  private routes: readonly AppControllerRoute[] = [];
  private readonly name: string;

  constructor(queue: Queue) {
    this.name = queue.name;
    // Without a path, it would look for the package of its pages.
    createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter: this, options: { uiBasePath: '/' } });
  }

  /** The first page of a state, such as `completed`. */
  async show(status: string): Promise<AppQueue> {
    const query = { activeQueue: this.name, status, page: '1', jobsPerPage: '100' };
    const { queues } = (await this.call('/api/queues', query)) as { queues: readonly AppQueue[] };
    const [queue] = queues;
    if (queue === undefined) throw new Error('there is no queue');
    return queue;
  }

  /** Presses the button that tries a finished job again. */
  async retry(jobId: string): Promise<void> {
    await this.call('/api/queues/:queueName/:jobId/retry', {}, { jobId, queueStatus: 'completed' });
  }

  /** Fills in the form that adds a job. */
  async add(name: string, data: object): Promise<void> {
    await this.call('/api/queues/:queueName/add', {}, {}, { name, data, options: {} });
  }

  setQueues(queues: BullBoardQueues): this {
    this.queues = queues;
    return this;
  }

  setApiRoutes(routes: AppControllerRoute[]): this {
    this.routes = routes;
    return this;
  }

  setViewsPath = (): this => this;
  setStaticPath = (): this => this;
  setEntryRoute = (): this => this;
  setErrorHandler = (): this => this;
  setUIConfig = (): this => this;

  private async call(path: string, query: object, params: object = {}, body: object = {}): Promise<unknown> {
    const route = this.routes.find((candidate) => [candidate.route].flat().includes(path));
    if (route === undefined) throw new Error(`bull-board has no ${path}`);
    const answer = await route.handler({
      queues: this.queues,
      uiConfig: {},
      query,
      params: { queueName: this.name, ...params },
      body,
      headers: {},
    });
    if ((answer.status ?? 200) >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
