import { serve } from '../../../../src/worker.ts';
import { name, prepare, seen } from './other.ts';

serve({ name });
serve({ prepare, seen });
