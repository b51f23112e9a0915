/** One of the others, with how near it lies. */
export interface Neighbour {
  /** Its place among all. */
  readonly at: number
  /** Cosine, −1 to 1. */
  readonly similarity: number
}

/** The nearest of `count` items to one of them, the nearest first. */
export function nearestTo(
  one: number,
  count: number,
  similarity: (one: number, other: number) => number,
  limit = 8,
): Neighbour[] {
  return Array.from({ length: count }, (_, at) => at)
    .filter((at) => at !== one)
    .map((at) => ({ at, similarity: similarity(one, at) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, limit)
}
