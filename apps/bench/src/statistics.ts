/**
 * The least value that `q` of all values are not above (nearest rank, as most benchmarks count).
 * @param values  not empty, in any order
 * @param q  0 to 1
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.min(sorted.length, Math.ceil(q * sorted.length)) - 1)]!
}

/** @param values  not empty; of an even number of values, the mean of the two in the middle */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * How much faster one side was than the other: the median of the ratios within each round, so that a machine
 * that slows down for both sides in one round changes nothing.
 * @param ours,theirs  one value for each round
 */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) {
    throw new Error(`Expected as many rounds on both sides; there are ${ours.length} and ${theirs.length}.`)
  }
  return median(ours.map((value, round) => value / theirs[round]!))
}

/** Cosine of the angle between two vectors of any length above 0. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`Vectors of ${a.length} and ${b.length} numbers have no angle.`)
  let dot = 0
  let ofA = 0
  let ofB = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!
    ofA += a[i]! ** 2
    ofB += b[i]! ** 2
  }
  return dot / Math.sqrt(ofA * ofB)
}
