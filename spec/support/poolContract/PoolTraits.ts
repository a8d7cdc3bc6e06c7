/** What a pool can do, by its nature. What it cannot do is not tested, and the titles of the tests left out say why. */
export interface PoolTraits {
  /** Calls the functions themselves, so that they see what is around them. */
  readonly closures: boolean;
  /** Runs functions that are written in place. */
  readonly inline: boolean;
  /** Loads tasks from modules. */
  readonly modules: boolean;
  /** Waits for promises. */
  readonly promises: boolean;
  /** Goes by the clock on the wall. A pool that does not goes by the scheduler of the run. */
  readonly realTime: boolean;
  /** Gives tasks copies of the items, and gives back copies of the results. */
  readonly copies: boolean;
  /** Moves the buffers that `transfer` names, so that they are detached on this side. */
  readonly transfer: boolean;
  /** Ends a task that never gives its thread back. */
  readonly terminate: boolean;
  /** Has workers that can die and leave the others alone. */
  readonly crash: boolean;
  /** Emits while it is being subscribed to, where tasks are synchronous. One that does not never does. */
  readonly synchronous: boolean;
  /** How many messages of yields it sends while nothing flows, before it waits. @defaultValue 1 */
  readonly messagesAhead?: number;
}

/** Traits that a pool has or has not. */
export type Trait = Exclude<keyof PoolTraits, 'messagesAhead'>;

/** Makes a test of what needs some traits, or a skipped one that says which of them are missing. */
export type Specify = (title: string, needs: readonly Trait[], body: () => Promise<void> | void) => void;

/** Gives the {@link Specify} of a pool. */
export function specifyWith(traits: PoolTraits): Specify {
  return (title, needs, body) => {
    const missing = needs.filter((trait) => !traits[trait]);
    if (missing.length === 0) it(title, body);
    else
      it(`${title} (left out: no ${missing.join(', no ')})`, function () {
        this.skip();
      });
  };
}
