/** The middle of the values; of an even number the mean of the middle two. NaN for none. */
export function findMedian(values: readonly number[]): number {
  return findPercentile(values, 50);
}

/** The value below which `percent` of the values lie, between two of them in proportion. NaN for none. */
export function findPercentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((left, right) => left - right);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}

/** Rounded to three significant digits, so that a table claims no more than was measured. */
export function roundMeasured(value: number): number {
  return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(3));
}
