import { serve } from '../../../src/worker.ts';
import * as poolTasks from './poolTasks.ts';

serve(poolTasks);
