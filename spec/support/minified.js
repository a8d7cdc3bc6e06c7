// As a minifier writes a module of tasks: its classes have other names than in the program.
import { registerError } from 'rxjs-parallel/worker';

class u extends Error {}
class n extends u {}
registerError({ ShortenedError: u, ShortenedLeafError: n });

/** @param {string} name */
export const fail = (name) => {
  throw Object.assign(name === 'odd' ? new u('odd') : new n('oddest'), { code: name });
};
