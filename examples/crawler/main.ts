// Follows all links of a site, gently: node --import tsx examples/crawler/main.ts
import { EMPTY, expand } from 'rxjs';
import { parallel$, ParallelError, tasks, ThreadPool, values } from 'rxjs-parallel';
import { startSite } from './site.ts';

const { readPage } = tasks<typeof import('./readPage.ts')>(new URL('./readPage.ts', import.meta.url));

const site = await startSite();

// The pause belongs to the pool, so it holds between any two requests, whichever run they are of.
const pool = new ThreadPool({ workers: 2, pause: 50 });
const options = {
  pool,
  timeout: 1000, // ms for each try
  retry: { count: 2, delay: 100 }, // the worker does something else meanwhile
  onError: 'return',
} as const;

const seen = new Set<string>();
const isNew = (url: string): boolean => seen.size < seen.add(url).size;

// `expand` gives each page to a function, and whatever comes of that again: here the pages it links to. It completes when
// nothing is left to follow.
await parallel$(readPage, [`${site.url}/`].filter(isNew), options)
  .pipe(
    values(),
    expand((page) =>
      page instanceof ParallelError ? EMPTY : parallel$(readPage, page.links.filter(isNew), options).pipe(values()),
    ),
  )
  .forEach((page) => {
    if (page instanceof ParallelError) console.log(`failed ${new URL(String(page.item)).pathname}: ${page.message}`);
    else console.log(`read ${page.path}: ${String(page.links.length)} links, try ${String(page.attempts)}`);
  });

console.log(`${String(seen.size)} pages, ${String(site.requests())} requests`);

// A program closes the pools that it opens.
await pool.close();
site.close();
