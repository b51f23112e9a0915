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

/**
 * The JSON array of `shortestFloat32`: the same text as `JSON.stringify` makes of it, in less than half the time
 * (see the benchmark `floats`), since the decimals are found as integers whose digits only need to be printed.
 * @param vector  float32[D], finite
 */
export function float32Json(vector: Float32Array): string {
  if (vector.length === 0) return '[]'
  const out = Buffer.allocUnsafe(vector.length * longestNumber + 1)
  let at = 0
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i]!
    out[at++] = at === 1 ? openBracket : comma
    at = writeFraction(out, at, value) ?? at + out.write(String(shortest(value)), at, 'latin1')
  }
  out[at++] = closeBracket
  return out.toString('latin1', 0, at)
}

const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const minus = 0x2d
const zero = 0x30
const point = 0x2e

/** A comma, a sign, nine digits, a point, `e-45` or leading zeros. */
const longestNumber = 24

/** Writes numbers between 1e-6, below which JavaScript prints exponents, and 1; others are left to it. */
function writeFraction(out: Buffer, start: number, value: number): number | undefined {
  const magnitude = Math.abs(value)
  if (!(magnitude >= 1e-6 && magnitude < 1)) return undefined
  for (let i = 0; i < powers.length; i++) {
    const power = powers[i]!
    const decimal = Math.round(magnitude * power)
    if (Math.fround(decimal / power) !== magnitude) continue
    // Digits are split off in 32-bit integers, which is twice as fast; hardly any number needs more.
    if (decimal > 0x7fffffff) return undefined
    let digits = decimal | 0
    let at = start
    if (value < 0) out[at++] = minus
    out[at++] = zero
    out[at++] = point
    const end = at + i + fewestDigits
    for (let digit = end - 1; digit >= at; digit--) {
      const tens = (digits / 10) | 0
      out[digit] = zero + digits - tens * 10
      digits = tens
    }
    return withoutZeros(out, end)
  }
  return undefined
}

/** Digits after the point that the first of `powers` stands for. */
const fewestDigits = 5

function withoutZeros(out: Buffer, end: number): number {
  let at = end
  while (out[at - 1] === zero) at--
  return at
}
