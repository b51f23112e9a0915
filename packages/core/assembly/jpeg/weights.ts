// Weights of 22 fractional bits → the parts that the passes multiply by: see ../resample.ts.

/** The largest weight, without its sign. @param count  of weights: a multiple of 4 */
export function largestWeight(weights: usize, count: i32): i32 {
  let largest = i32x4.splat(0)
  for (let at = weights; at < weights + (usize(count) << 2); at += 16) {
    largest = i32x4.max_s(largest, i32x4.abs(v128.load(at)))
  }
  return max(
    max(i32x4.extract_lane(largest, 0), i32x4.extract_lane(largest, 1)),
    max(i32x4.extract_lane(largest, 2), i32x4.extract_lane(largest, 3)),
  )
}

/**
 * Weight = high × 4096 + low.
 * @param from, to  how many weights an output position has, and how many it gets: multiples of 4; those added are 0
 */
export function splitWeights(
  weights: usize,
  outputs: i32,
  from: i32,
  to: i32,
  high: usize,
  low: usize,
): void {
  const lowBits = i32x4.splat(4095)
  for (let i = 0; i < outputs; i++) {
    for (let k = 0; k < to; k += 4) {
      const four = k < from ? v128.load(weights) : i64x2.splat(0)
      if (k < from) weights += 16
      storeHalves(high, i32x4.shr_s(four, 12))
      storeHalves(low, v128.and(four, lowBits))
      high += 8
      low += 8
    }
  }
}

/**
 * Rounded to 16 bits, without their last `shift`; and between which bounds the rests keep the sum, and one half:
 * a pixel is 128 give or take 128.
 */
export function shortenWeights(
  weights: usize,
  outputs: i32,
  from: i32,
  to: i32,
  shift: i32,
  short: usize,
  least: usize,
  most: usize,
): void {
  const rounding = i32x4.splat((1 << shift) >> 1)
  for (let i: usize = 0; i < usize(outputs); i++) {
    let rests = i32x4.splat(0)
    let sizes = i32x4.splat(0)
    for (let k = 0; k < to; k += 4) {
      const four = k < from ? v128.load(weights) : i64x2.splat(0)
      if (k < from) weights += 16
      const rounded = i32x4.shr_s(i32x4.add(four, rounding), shift)
      const rest = i32x4.sub(four, i32x4.shl(rounded, shift))
      rests = i32x4.add(rests, rest)
      sizes = i32x4.add(sizes, i32x4.abs(rest))
      storeHalves(short, rounded)
      short += 8
    }
    const sum = sumOf(rests)
    const size = sumOf(sizes)
    store<i32>(least + (i << 2), (1 << 21) + 128 * (sum - size))
    store<i32>(most + (i << 2), (1 << 21) + 128 * (sum + size))
  }
}

function storeHalves(target: usize, four: v128): void {
  v128.store64_lane(target, i16x8.narrow_i32x4_s(four, four), 0)
}

function sumOf(four: v128): i32 {
  return (
    i32x4.extract_lane(four, 0) +
    i32x4.extract_lane(four, 1) +
    i32x4.extract_lane(four, 2) +
    i32x4.extract_lane(four, 3)
  )
}
