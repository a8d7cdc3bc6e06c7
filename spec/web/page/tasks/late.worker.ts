import { serve } from '../../../../src/worker.ts';
import * as images from './images.ts';

await new Promise((resolve) => setTimeout(resolve, 300));
serve(images);
