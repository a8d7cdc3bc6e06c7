import { serve } from '../../../src/worker.ts';

export const name = (): string => 'own';

serve({ name });
