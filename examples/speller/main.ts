// Corrects a text: node --import tsx examples/speller/main.ts [TEXT]
import { fileURLToPath } from 'node:url';
import { from } from 'rxjs';
import { inOrder, parallelGen, tasks } from 'rxjs-parallel';

const { Speller } = tasks<typeof import('./Speller.ts')>(new URL('./Speller.ts', import.meta.url));

const [text = 'the aple treee in our gardn grows becuase we beleive in it'] = process.argv.slice(2);

const corrected: string[] = [];
await from(text.split(' '))
  .pipe(
    parallelGen(Speller, {
      workers: 2, // two instances, each with its own words
      batchSize: 4, // an instance gets one batch after the other, and keeps what it knows
      args: [fileURLToPath(new URL('./words.txt', import.meta.url))], // for its constructor
    }),
    // The batches go side by side: without this, words would come as they are found.
    inOrder(),
  )
  .forEach((word) => {
    corrected.push(word);
  });

console.log(corrected.join(' '));
