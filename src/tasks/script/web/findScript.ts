import type { FoundScript } from '../FoundScript.ts';
import type { Script } from '../Script.ts';

/** A worker of a browser begins with its script, and imports none. */
export const findScript: (script: Script) => FoundScript | undefined = () => undefined;
