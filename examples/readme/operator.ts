import { from } from 'rxjs';
import { parallelMap, tasks, values } from 'rxjs-parallel';

const { thumbnail } = tasks<typeof import('./images.ts')>(new URL('./images.ts', import.meta.url));
const photos = ['sea.jpg', 'sky.jpg', 'city.jpg'];

from(photos)
  .pipe(parallelMap(thumbnail)) // on all cores, in threads
  .subscribe(([index, jpeg]) => console.log(index, jpeg.length)); // as they finish

from(photos)
  .pipe(parallelMap(thumbnail, { ordered: true }), values())
  .subscribe((jpeg) => console.log(jpeg.length)); // in the order of the photos
