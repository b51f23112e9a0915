/**
 * Vectors of tokens → one vector an image.
 * @param data  float32[images · tokens · length]
 * @returns float32[images · length]: the first token's (CLS), or the mean of all tokens'
 */
export function poolTokens(
  data: Float32Array,
  images: number,
  length: number,
  pool: 'first-token' | 'mean-tokens',
): Float32Array {
  const tokens = data.length / images / length
  const pooled = new Float32Array(images * length)
  for (let image = 0; image < images; image++) {
    const begin = image * tokens * length
    if (pool === 'first-token') pooled.set(data.subarray(begin, begin + length), image * length)
    else pooled.set(meanOf(data.subarray(begin, begin + tokens * length), length), image * length)
  }
  return pooled
}

function meanOf(vectors: Float32Array, length: number): Float64Array {
  const sum = new Float64Array(length)
  for (let i = 0; i < vectors.length; i++) sum[i % length]! += vectors[i]!
  return sum.map((value) => value / (vectors.length / length))
}
