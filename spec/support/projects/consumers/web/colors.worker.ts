import { serve } from 'rxjs-parallel/worker';
import * as colors from './colors';

serve(colors);
