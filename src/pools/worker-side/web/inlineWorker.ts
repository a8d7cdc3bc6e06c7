// The script of workers for inline functions, and for modules that are named by their URLs. The build makes a text of it.
import { serve } from './serveModule.ts';

serve({});
