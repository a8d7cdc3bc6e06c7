import { serve } from '../../../src/worker.ts';

serve({ name: () => 'other' });
serve({ more: () => 'more' });
