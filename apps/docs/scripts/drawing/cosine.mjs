/**
 * Cosine similarity of two unit vectors: their dot product.
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @returns {number}
 */
export function cosine(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}
