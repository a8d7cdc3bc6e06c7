import { ThreadPool } from 'rxjs-parallel';
import { element } from './element.js';
import { Lanes } from './Lanes.js';
import { showErrors } from './showErrors.js';
import { showLongTasks } from './showLongTasks.js';
import { showPicture } from './showPicture.js';
import { showSearch } from './showSearch.js';

showErrors();
showLongTasks();

// By default, all cores less one: this thread draws. With ?workers=0 it computes, too, and the page is slow to answer.
const { workers, samples } = Object.fromEntries(new URLSearchParams(location.search));
const pool = new ThreadPool({ idleMs: Infinity, ...(workers === undefined ? {} : { workers: Number(workers) }) });
const lanes = new Lanes(element('lanes', HTMLCanvasElement), Math.max(1, pool.size));

showPicture(pool, lanes, Number(samples ?? 3));
showSearch(pool, lanes);
