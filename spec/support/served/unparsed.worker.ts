import { serve } from '../../../src/worker.ts';

// It throws a SyntaxError of its own: Node has parsed it well.
serve(JSON.parse('{') as object);
