import { calledBy, exercise, type Exercise } from './exercise.ts';

/** What the runs of an exercise have called in another context than their own, and what they have not called at all. */
export async function findStrays(all: Exercise): Promise<Strays> {
  const runs = Object.entries(await exercise(all)).flatMap(([scenario, sightings]) =>
    Object.entries(sightings).map(([run, callbacks]) => ({ scenario, run, callbacks })),
  );
  return {
    elsewhere: runs.flatMap(({ scenario, run, callbacks }) =>
      Object.entries(callbacks)
        .filter(([, names]) => names.length !== 1 || names[0] !== run)
        .map(([callback, names]) => `${scenario}: ${callback} of ${run} in ${names.join(' and ')}`),
    ),
    missing: runs.flatMap(({ scenario, run, callbacks }) =>
      calledBy(scenario, all)
        .filter((callback) => !(callback in callbacks))
        .map((callback) => `${scenario}: ${callback} of ${run}`),
    ),
  };
}

/** By line: the scenario, the callback, the run, and the contexts. */
export interface Strays {
  readonly elsewhere: readonly string[];
  readonly missing: readonly string[];
}
