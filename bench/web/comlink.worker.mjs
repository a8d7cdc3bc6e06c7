import { expose } from 'comlink';
import { all } from './tasks.mjs';

expose(all);
