// Chroma of fewer samples → rows of R, G and B.
// @source libjpeg-turbo, jdsample.c ("fancy" upsampling) and jdcolor.c; ITU-T T.871 (JFIF), clause 7

/** Row of chroma samples, weighted by 3, and its neighbour: 16 bits each; the first and the last once more. */
export function blendChroma(near: usize, far: usize, count: i32, target: usize): void {
  for (let i: usize = 0; i < usize(count); i += 8) {
    const sample = v128.load8x8_u(near + i)
    const sum = i16x8.add(i16x8.add(sample, i16x8.shl(sample, 1)), v128.load8x8_u(far + i))
    v128.store(target + (i << 1), sum)
  }
  store<i16>(target - 2, load<i16>(target))
  store<i16>(target + (usize(count) << 1), load<i16>(target + (usize(count) << 1) - 2))
}

/** Each sample twice. @param count  samples that are made; up to 16 more are written */
export function doubleChroma(source: usize, count: i32, target: usize): void {
  for (let i: usize = 0; i < usize(count); i += 16) {
    const eight = v128.load64_zero(source + (i >> 1))
    v128.store(target + i, i8x16.shuffle(eight, eight, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7))
  }
}

const factors = memory.data<i16>([-22554, 18734, -22554, 18734, -22554, 18734, -22554, 18734])

/**
 * Chroma twice as wide as it was.
 * @param even, odd  what is added before the 4 bits are dropped; less 128 × 16
 */
export function rowOfHalfChroma(
  luma: usize,
  cb: usize,
  cr: usize,
  count: i32,
  even: i32,
  odd: i32,
  red: usize,
  green: usize,
  blue: usize,
): void {
  const evenBias = i16x8.splat(i16(even))
  const oddBias = i16x8.splat(i16(odd))
  for (let i: usize = 0; i < usize(count); i += 16) {
    const cbEven = stretch(v128.load(cb + i), v128.load(cb + i - 2), evenBias)
    const cbOdd = stretch(v128.load(cb + i), v128.load(cb + i + 2), oddBias)
    const crEven = stretch(v128.load(cr + i), v128.load(cr + i - 2), evenBias)
    const crOdd = stretch(v128.load(cr + i), v128.load(cr + i + 2), oddBias)
    sixteenPixels(
      luma + i,
      v128.shuffle<i16>(cbEven, cbOdd, 0, 8, 1, 9, 2, 10, 3, 11),
      v128.shuffle<i16>(cbEven, cbOdd, 4, 12, 5, 13, 6, 14, 7, 15),
      v128.shuffle<i16>(crEven, crOdd, 0, 8, 1, 9, 2, 10, 3, 11),
      v128.shuffle<i16>(crEven, crOdd, 4, 12, 5, 13, 6, 14, 7, 15),
      red + i,
      green + i,
      blue + i,
    )
  }
}

/** Chroma as wide as luma. */
export function rowOfWholeChroma(
  luma: usize,
  cb: usize,
  cr: usize,
  count: i32,
  red: usize,
  green: usize,
  blue: usize,
): void {
  const middle = i16x8.splat(128)
  for (let i: usize = 0; i < usize(count); i += 16) {
    sixteenPixels(
      luma + i,
      i16x8.sub(v128.load8x8_u(cb + i), middle),
      i16x8.sub(v128.load8x8_u(cb + i, 8), middle),
      i16x8.sub(v128.load8x8_u(cr + i), middle),
      i16x8.sub(v128.load8x8_u(cr + i, 8), middle),
      red + i,
      green + i,
      blue + i,
    )
  }
}

function stretch(near: v128, far: v128, bias: v128): v128 {
  return i16x8.shr_s(i16x8.add(i16x8.add(near, i16x8.shl(near, 1)), i16x8.add(far, bias)), 4)
}

function sixteenPixels(
  luma: usize,
  cb0: v128,
  cb1: v128,
  cr0: v128,
  cr1: v128,
  red: usize,
  green: usize,
  blue: usize,
): void {
  const y0 = v128.load8x8_u(luma)
  const y1 = v128.load8x8_u(luma, 8)
  v128.store(red, i8x16.narrow_i16x8_u(redOf(y0, cr0), redOf(y1, cr1)))
  v128.store(green, i8x16.narrow_i16x8_u(greenOf(y0, cb0, cr0), greenOf(y1, cb1, cr1)))
  v128.store(blue, i8x16.narrow_i16x8_u(blueOf(y0, cb0), blueOf(y1, cb1)))
}

/** y + 1.402 cr: 15 fractional bits give what 16 of them would, for each of the 256 values. */
function redOf(y: v128, cr: v128): v128 {
  return i16x8.add(i16x8.add(y, cr), i16x8.q15mulr_sat_s(cr, i16x8.splat(13173)))
}

/** y + 1.772 cb, likewise. */
function blueOf(y: v128, cb: v128): v128 {
  return i16x8.add(i16x8.add(y, i16x8.shl(cb, 1)), i16x8.q15mulr_sat_s(cb, i16x8.splat(-7471)))
}

/** y − 0.34414 cb − 0.71414 cr: what 16 bits have no room for is subtracted as a whole cr. */
function greenOf(y: v128, cb: v128, cr: v128): v128 {
  const half = i32x4.splat(32768)
  const low = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 0, 8, 1, 9, 2, 10, 3, 11), v128.load(factors))
  const high = i32x4.dot_i16x8_s(v128.shuffle<i16>(cb, cr, 4, 12, 5, 13, 6, 14, 7, 15), v128.load(factors))
  const part = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), 16),
    i32x4.shr_s(i32x4.add(high, half), 16),
  )
  return i16x8.add(i16x8.sub(y, cr), part)
}
