import { serve } from 'rxjs-parallel/worker';
import * as tasks from './tasks.ts';

serve(tasks);
