/** The place of a script, for workers that import it. */
export type FoundScript =
  | { readonly url: string }
  /** It cannot be found, for a reason. */
  | { readonly reason: string };
