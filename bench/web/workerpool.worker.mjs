import { worker } from 'workerpool';
import { all } from './tasks.mjs';

worker(all);
