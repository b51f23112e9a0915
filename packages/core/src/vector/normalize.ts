/**
 * The first `dimension` numbers, divided by their Euclidean length.
 * @param vector  float32[D], D ≥ dimension
 * @returns float32[dimension] of L2 norm 1; all zeros stay zeros
 * @source Matryoshka representation learning: a prefix of the vector is an embedding of its own
 */
export function l2Normalize(vector: Float32Array, dimension: number = vector.length): Float32Array {
  const out = vector.slice(0, dimension)
  let sum = 0
  for (let i = 0; i < out.length; i++) sum += out[i]! * out[i]!
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0
  for (let i = 0; i < out.length; i++) out[i] = out[i]! * scale
  return out
}
