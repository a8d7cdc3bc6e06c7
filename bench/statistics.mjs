import { median, quantile } from 'simple-statistics';

/** What a row shows of several measurements: the median, and between what the middle half of them lies. */
export function summary(values) {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75), values };
}
