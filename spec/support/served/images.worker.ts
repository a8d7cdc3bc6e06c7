import { serve } from '../../../src/worker.ts';
import * as images from './images.ts';

serve(images);
