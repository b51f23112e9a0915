// The horizontal pass of the resampler on rows whose red, green and blue stand apart: each channel of a pixel is
// then a dot product of bytes that lie side by side, eight at a time. The same sums as in ../resample.ts.
const half: i32 = 1 << 21

/**
 * Two rows → two rows of `width` RGB pixels, by weights of 16 bits first: see `horizontal`.
 * @param red, green, blue  the first row of each; up to 8 bytes past the last are read
 * @param next     bytes from a row to the other
 * @param first    i32[width]
 * @param count    i32[width]: input pixels, a multiple of 8 (weights beyond the true count are 0)
 * @param target0, target1  width × 3 bytes each
 */
export function horizontalPlanes(
  red: usize,
  green: usize,
  blue: usize,
  next: usize,
  width: i32,
  first: usize,
  count: usize,
  high: usize,
  low: usize,
  short: usize,
  shift: i32,
  least: usize,
  most: usize,
  stride: i32,
  target0: usize,
  target1: usize,
): void {
  const firstEnd = first + (usize(width) << 2)
  let at: usize = 0
  const step = usize(stride) << 1
  const green1 = green - red
  const blue1 = blue - red
  for (; first < firstEnd; first += 4) {
    const begin = red + usize(load<i32>(first))
    const taps = usize(load<i32>(count))
    let pixel = begin
    const end = pixel + taps
    let weight = short + at
    let red0 = i32x4.splat(0)
    let red1 = i32x4.splat(0)
    let green0 = i32x4.splat(0)
    let green1_ = i32x4.splat(0)
    let blue0 = i32x4.splat(0)
    let blue1_ = i32x4.splat(0)
    do {
      const weights = v128.load(weight)
      red0 = i32x4.add(red0, i32x4.dot_i16x8_s(v128.load8x8_u(pixel), weights))
      green0 = i32x4.add(green0, i32x4.dot_i16x8_s(v128.load8x8_u(pixel + green1), weights))
      blue0 = i32x4.add(blue0, i32x4.dot_i16x8_s(v128.load8x8_u(pixel + blue1), weights))
      red1 = i32x4.add(red1, i32x4.dot_i16x8_s(v128.load8x8_u(pixel + next), weights))
      green1_ = i32x4.add(green1_, i32x4.dot_i16x8_s(v128.load8x8_u(pixel + green1 + next), weights))
      blue1_ = i32x4.add(blue1_, i32x4.dot_i16x8_s(v128.load8x8_u(pixel + blue1 + next), weights))
      pixel += 8
      weight += 16
    } while (pixel < end)
    const blues = fold(blue0, blue1_)
    const sum0 = i32x4.shl(foldRest(fold(red0, green0), blues), shift)
    const sum1 = i32x4.shl(foldRest(fold(red1, green1_), blues), shift)
    const lowest = v128.load32_splat(least)
    const highest = v128.load32_splat(most)
    let bytes = toBytes(i32x4.add(sum0, lowest), i32x4.add(sum1, lowest))
    if (bytes !== toBytes(i32x4.add(sum0, highest), i32x4.add(sum1, highest))) {
      bytes = exactly(begin, green1, blue1, next, high + at, low + at, taps)
    }
    store<u16>(target0, u16(bytes))
    store<u8>(target0, u8(bytes >> 16), 2)
    store<u16>(target1, u16(bytes >> 32))
    // Row 1 has the blue of both rows at the end, its own last.
    store<u8>(target1, u8(bytes >> 56), 2)
    target0 += 3
    target1 += 3
    at += step
    count += 4
    least += 4
    most += 4
  }
}

/** a0 b0 a1 b1 → sums of two each: a, b, a, b. */
function fold(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
}

function foldRest(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i64>(a, b, 0, 2), v128.shuffle<i64>(a, b, 1, 3))
}

function toBytes(sum0: v128, sum1: v128): i64 {
  const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, 22), i32x4.shr_s(sum1, 22))
  return i64x2.extract_lane(i8x16.narrow_i16x8_u(words, words), 0)
}

function exactly(
  red: usize,
  green: usize,
  blue: usize,
  next: usize,
  high: usize,
  low: usize,
  taps: usize,
): i64 {
  const red0 = exactSums(red, high, low, taps)
  const green0 = exactSums(red + green, high, low, taps)
  const blue0 = exactSums(red + blue, high, low, taps)
  const red1 = exactSums(red + next, high, low, taps)
  const green1 = exactSums(red + green + next, high, low, taps)
  const blue1 = exactSums(red + blue + next, high, low, taps)
  const rounding = i32x4.splat(half)
  const blues = fold(blue0, blue1)
  return toBytes(
    i32x4.add(foldRest(fold(red0, green0), blues), rounding),
    i32x4.add(foldRest(fold(red1, green1), blues), rounding),
  )
}

/** Four parts of the exact sum of one channel. */
function exactSums(pixel: usize, high: usize, low: usize, taps: usize): v128 {
  const end = pixel + taps
  let highs = i32x4.splat(0)
  let lows = i32x4.splat(0)
  while (pixel < end) {
    const pixels = v128.load8x8_u(pixel)
    highs = i32x4.add(highs, i32x4.dot_i16x8_s(pixels, v128.load(high)))
    lows = i32x4.add(lows, i32x4.dot_i16x8_s(pixels, v128.load(low)))
    pixel += 8
    high += 16
    low += 16
  }
  return i32x4.add(i32x4.shl(highs, 12), lows)
}
