export type Rates = ReadonlyMap<string, number>;

/** A price in euros; the table of rates is sent to each worker once. */
export function inEuros(price: { readonly amount: number; readonly currency: string }, rates: Rates): number {
  const rate = rates.get(price.currency);
  if (rate === undefined) throw new RangeError(`no rate for ${price.currency}`);
  return price.amount * rate;
}
