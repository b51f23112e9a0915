// The inverse DCT of libjpeg where a block becomes 4 × 4, 2 × 2 or 1 sample: the means of those that the whole one
// would give, by sums of their own. 16 and 32 bits wrap and saturate where the SIMD of libjpeg-turbo for x64 lets
// them. @source libjpeg-turbo, jidctred.c
import { inverseDct } from './inverse-dct'
import { high16, high32, low16, low32 } from './lanes'

/** Pairs of factors, four times each, with 13 fractional bits. */
const factors = memory.data<i16>([
  // 0: of inputs 2 and 6
  15137, -6270, 15137, -6270, 15137, -6270, 15137, -6270,
  // 16, 32: of inputs 1 and 3, for the outer samples and for the inner ones
  20995, 7373, 20995, 7373, 20995, 7373, 20995, 7373, 8697, -17799, 8697, -17799, 8697, -17799, 8697, -17799,
  // 48, 64: of inputs 5 and 7, likewise
  -4926, -4176, -4926, -4176, -4926, -4176, -4926, -4176, 11893, -1730, 11893, -1730, 11893, -1730, 11893,
  -1730,
  // 80, 96: for two samples, of inputs 1 and 3, and of 5 and 7
  29692, -10426, 29692, -10426, 29692, -10426, 29692, -10426, 6967, -5906, 6967, -5906, 6967, -5906, 6967,
  -5906,
  // 112: of all four
  29692, -10426, 6967, -5906, 29692, -10426, 6967, -5906,
])

function odd16(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
}
function dot(pairs: v128, at: usize): v128 {
  return i32x4.dot_i16x8_s(pairs, v128.load(factors + at))
}
function row(block: usize, factor: usize, at: usize): v128 {
  return i16x8.mul(v128.load(block + at), v128.load(factor + at))
}

/**
 * Coefficients → as many samples as are wanted. The coefficients are set to 0 for the next block, but for the mean.
 * @param edge  samples of an edge of the block: 8, 4, 2 or 1; the rest as in `inverseDct`
 */
export function samplesOfBlock(
  edge: i32,
  block: usize,
  factor: usize,
  last: i32,
  target: usize,
  stride: usize,
): void {
  if (edge === 8) inverseDct(block, factor, last, target, stride)
  else if (edge === 4) inverseDct4(block, factor, last, target, stride)
  else if (edge === 2) inverseDct2(block, factor, last, target, stride)
  else inverseDct1(block, factor, target)
}

function inverseDct4(block: usize, factor: usize, last: i32, target: usize, stride: usize): void {
  const rounding = i32x4.splat(1 << 11)
  const in0 = row(block, factor, 0)
  const isLow = last < 10
  // Row and column 4 have no part in any sample.
  let others = v128.or(v128.or(v128.load(block, 16), v128.load(block, 32)), v128.load(block, 48))
  if (!isLow) {
    others = v128.or(
      v128.or(others, v128.load(block, 80)),
      v128.or(v128.load(block, 96), v128.load(block, 112)),
    )
  }
  let columns01: v128
  let columns23: v128
  let columns45 = i64x2.splat(0)
  let columns67 = i64x2.splat(0)
  if (!v128.any_true(others)) {
    // The first pass only scales, and wraps where it would saturate.
    const scaled = i16x8.shl(in0, 2)
    columns01 = v128.shuffle<i16>(scaled, scaled, 0, 0, 0, 0, 1, 1, 1, 1)
    columns23 = v128.shuffle<i16>(scaled, scaled, 2, 2, 2, 2, 3, 3, 3, 3)
    columns45 = v128.shuffle<i16>(scaled, scaled, 4, 4, 4, 4, 5, 5, 5, 5)
    columns67 = v128.shuffle<i16>(scaled, scaled, 6, 6, 6, 6, 7, 7, 7, 7)
  } else if (isLow) {
    const odd = low16(row(block, factor, 16), row(block, factor, 48))
    const mean = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(in0), 14), rounding)
    const slope = dot(low16(row(block, factor, 32), i64x2.splat(0)), 0)
    const rows02 = firstPass(mean, slope, dot(odd, 16), dot(odd, 32))
    const rows13 = firstPassInner(mean, slope, dot(odd, 16), dot(odd, 32))
    // 00 10 01 11 02 12 03 13 | 20 30 21 …
    const rows01 = low16(rows02, rows13)
    const rows23 = high16(rows02, rows13)
    columns01 = low32(rows01, rows23)
    columns23 = high32(rows01, rows23)
  } else {
    const in1 = row(block, factor, 16)
    const in2 = row(block, factor, 32)
    const in3 = row(block, factor, 48)
    const in5 = row(block, factor, 80)
    const in6 = row(block, factor, 96)
    const in7 = row(block, factor, 112)
    const odd13 = low16(in1, in3)
    const odd57 = low16(in5, in7)
    const mean = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(in0), 14), rounding)
    const slope = dot(low16(in2, in6), 0)
    const outer = i32x4.add(dot(odd13, 16), dot(odd57, 48))
    const inner = i32x4.add(dot(odd13, 32), dot(odd57, 64))
    const rows02 = firstPass(mean, slope, outer, inner)
    const rows13 = firstPassInner(mean, slope, outer, inner)
    const rows01 = low16(rows02, rows13)
    const rows23 = high16(rows02, rows13)
    columns01 = low32(rows01, rows23)
    columns23 = high32(rows01, rows23)

    const odd13b = high16(in1, in3)
    const odd57b = high16(in5, in7)
    const meanB = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(in0), 14), rounding)
    const slopeB = dot(high16(in2, in6), 0)
    const outerB = i32x4.add(dot(odd13b, 16), dot(odd57b, 48))
    const innerB = i32x4.add(dot(odd13b, 32), dot(odd57b, 64))
    const rows02b = firstPass(meanB, slopeB, outerB, innerB)
    const rows13b = firstPassInner(meanB, slopeB, outerB, innerB)
    const rows01b = low16(rows02b, rows13b)
    const rows23b = high16(rows02b, rows13b)
    columns45 = low32(rows01b, rows23b)
    columns67 = high32(rows01b, rows23b)
  }
  clear(block, isLow)

  const mean = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(columns01), 14), i32x4.splat(1 << 18))
  const slope = dot(low16(columns23, columns67), 0)
  const odd13 = high16(columns01, columns23)
  const odd57 = high16(columns45, columns67)
  const outer = i32x4.add(dot(odd13, 16), dot(odd57, 48))
  const inner = i32x4.add(dot(odd13, 32), dot(odd57, 64))
  const left = i32x4.add(mean, slope)
  const middle = i32x4.sub(mean, slope)
  const columns02 = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(left, outer), 19),
    i32x4.shr_s(i32x4.sub(middle, inner), 19),
  )
  const columns13 = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(middle, inner), 19),
    i32x4.shr_s(i32x4.sub(left, outer), 19),
  )
  // 00 01 10 11 20 … | 02 03 12 13 22 …
  const halves01 = low16(columns02, columns13)
  const halves23 = high16(columns02, columns13)
  const samples = v128.xor(
    i8x16.narrow_i16x8_s(low32(halves01, halves23), high32(halves01, halves23)),
    i8x16.splat(-128),
  )
  v128.store32_lane(target, samples, 0)
  target += stride
  v128.store32_lane(target, samples, 1)
  target += stride
  v128.store32_lane(target, samples, 2)
  target += stride
  v128.store32_lane(target, samples, 3)
}

/** Rows 0 and 2 of four columns. */
function firstPass(mean: v128, slope: v128, outer: v128, inner: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.add(mean, slope), outer), 12),
    i32x4.shr_s(i32x4.sub(i32x4.sub(mean, slope), inner), 12),
  )
}

/** Rows 1 and 3. */
function firstPassInner(mean: v128, slope: v128, outer: v128, inner: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(i32x4.sub(mean, slope), inner), 12),
    i32x4.shr_s(i32x4.sub(i32x4.add(mean, slope), outer), 12),
  )
}

/** Coefficients → 2 × 2 samples, of the rows and columns 0, 1, 3, 5 and 7. */
function inverseDct2(block: usize, factor: usize, last: i32, target: usize, stride: usize): void {
  const in0 = row(block, factor, 0)
  const mean0 = (i32(i16x8.extract_lane_s(in0, 0)) << 15) + (1 << 12)
  if (last === 0) {
    store<i16>(block, 0)
    const samples = toByte((((mean0 >> 13) << 15) + (1 << 19)) >> 20) * 0x0101
    store<u16>(target, u16(samples))
    store<u16>(target + stride, u16(samples))
    return
  }
  const isLow = last < 10
  const in1 = row(block, factor, 16)
  const in3 = row(block, factor, 48)
  let slope0 = dot(low16(in1, in3), 80)
  let slopes = dot(odd16(in1, in3), 80)
  if (!isLow) {
    const in5 = row(block, factor, 80)
    const in7 = row(block, factor, 112)
    slope0 = i32x4.add(slope0, dot(low16(in5, in7), 96))
    slopes = i32x4.add(slopes, dot(odd16(in5, in7), 96))
  }
  clear(block, isLow)
  const means = i32x4.add(i32x4.shl(i32x4.shr_s(in0, 16), 15), i32x4.splat(1 << 12))
  const rows = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(means, slopes), 13),
    i32x4.shr_s(i32x4.sub(means, slopes), 13),
  )
  const parts = dot(rows, 112)
  const first = i32x4.extract_lane(slope0, 0)
  twoSamples((mean0 + first) >> 13, i32x4.extract_lane(parts, 0) + i32x4.extract_lane(parts, 1), target)
  twoSamples(
    (mean0 - first) >> 13,
    i32x4.extract_lane(parts, 2) + i32x4.extract_lane(parts, 3),
    target + stride,
  )
}

function twoSamples(first: i32, slope: i32, target: usize): void {
  const mean = (first << 15) + (1 << 19)
  store<u8>(target, u8(toByte((mean + slope) >> 20)))
  store<u8>(target, u8(toByte((mean - slope) >> 20)), 1)
}

/** The mean alone, of which libjpeg keeps 10 bits. */
function inverseDct1(block: usize, factor: usize, target: usize): void {
  const mean = (i32(load<i16>(block)) * i32(load<i16>(factor)) + 4) >> 3
  store<u8>(target, u8(toByte((mean << 22) >> 22)))
}

function toByte(sample: i32): i32 {
  return min(max(sample + 128, 0), 255)
}

function clear(block: usize, isLow: bool): void {
  const zero = i64x2.splat(0)
  v128.store(block, zero)
  v128.store(block, zero, 16)
  v128.store(block, zero, 32)
  v128.store(block, zero, 48)
  if (isLow) return
  v128.store(block, zero, 64)
  v128.store(block, zero, 80)
  v128.store(block, zero, 96)
  v128.store(block, zero, 112)
}
