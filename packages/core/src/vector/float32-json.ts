/**
 * float32 values → doubles that print as the shortest decimal which reads back as the same float32.
 *
 * `JSON.stringify` widens a float32 to double and prints 17 digits; nine are enough. A decimal of
 * k digits after the point is an integer over 10^k, one correctly rounded division, so the first k
 * that survives `Math.fround` is the shortest.
 * @param vector  float32[D], finite
 * @returns D doubles; `Math.fround` of each is the input, bit for bit
 */
export function shortestFloat32(vector: Float32Array): number[] {
  const out = new Array<number>(vector.length)
  for (let i = 0; i < vector.length; i++) out[i] = shortest(vector[i]!)
  return out
}

// Components of a unit vector mostly lie between 1e-4 and 1: seven to ten digits after the point.
const powers = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]

function shortest(value: number): number {
  const magnitude = Math.abs(value)
  if (magnitude < 1) {
    for (const power of powers) {
      const candidate = Math.round(value * power) / power
      if (Math.fround(candidate) === value) return candidate
    }
  }
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits))
    if (Math.fround(candidate) === value) return candidate
  }
  return value
}
