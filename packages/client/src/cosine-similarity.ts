/**
 * How near two vectors lie: 1 for the same direction, 0 for unrelated, −1 for opposite.
 *
 * Compare only vectors of the same model, revision and dimension. The sums are kept in float64.
 * @throws RangeError when the lengths differ, when either vector is all zeros (it has no direction), or
 *   when either holds NaN or an infinity
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new RangeError(
      `Vectors must be of equal length; received ${a.length} and ${b.length} numbers. Ask for one dimension.`,
    )
  }
  let dot = 0
  let squaresA = 0
  let squaresB = 0
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number
    const y = b[i] as number
    dot += x * y
    squaresA += x * x
    squaresB += y * y
  }
  const norms = Math.sqrt(squaresA) * Math.sqrt(squaresB)
  if (!Number.isFinite(norms)) throw new RangeError('Vectors must hold finite numbers only.')
  if (norms === 0) throw new RangeError('A vector of zeros has no direction; its similarity is not defined.')
  // Rounding can carry parallel vectors a hair past 1.
  return Math.min(1, Math.max(-1, dot / norms))
}
