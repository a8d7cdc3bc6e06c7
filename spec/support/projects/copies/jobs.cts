import { tasks, ThreadPool, type ProcessorTask, type Task } from 'rxjs-parallel';

class Words {
  process(batch: readonly number[]): string[] {
    return batch.map(String);
  }
}
interface Jobs {
  double: (n: number) => number;
  Words: typeof Words;
}

export const all = tasks<Jobs>(require.resolve('./jobs.cjs'));
export const double: Task<number, number> = all.double;
export const words: ProcessorTask<number, string> = all.Words;
export const pool = new ThreadPool();
