import { serve } from 'rxjs-parallel/worker';
import * as images from './images';

serve(images);
