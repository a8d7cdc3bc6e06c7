import { serve } from '../../dist/web/worker.js';
import { all } from './tasks.mjs';

serve(all);
