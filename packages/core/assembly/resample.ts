// The two passes of the resampler in WebAssembly SIMD: AssemblyScript, built by `pnpm build`.
// The same integers as src/image/resample-portable.ts, sixteen pixels of arithmetic at a time.
//
// A weight has 22 fractional bits and its sign; SIMD multiplies 16 bits. So weight = high × 4096 + low,
// with low in 0 … 4095: two dot products give the exact 32-bit sum.

const half: i32 = 1 << 21

// Four RGB pixels are twelve bytes. Taps 0 and 1 stand side by side as 16-bit pairs r r g g b b; so do 2 and 3.
function taps01(pixels: v128): v128 {
  return i8x16.swizzle(pixels, i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1))
}

function taps23(pixels: v128): v128 {
  return i8x16.swizzle(pixels, i8x16(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1))
}

/**
 * Rows of RGB → rows of `width` RGB pixels. Two rows at a time share their weights.
 *
 * First with weights of 16 bits: one product where the exact sum takes two. What the rest of the weights
 * could add is bounded, and where a byte could change by it, the pixel is made again, exactly.
 * @param source       first row; 16 bytes past the last one are read
 * @param sourceStride bytes from row to row
 * @param first        i32[width]: first input pixel of each output pixel
 * @param count        i32[width]: input pixels, a multiple of 4 (weights beyond the true count are 0)
 * @param high, low    i16[width × stride]: the two parts of the weights
 * @param short        i16[width × stride]: the weights without their last `shift` bits, rounded
 * @param shift        bits that `short` lacks
 * @param least, most  i32[width]: what the rest adds to the sum at least and at most, and one half
 * @param target       rows × width × 3 bytes
 */
export function horizontal(
  source: usize,
  sourceStride: i32,
  rows: i32,
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
  target: usize,
): void {
  const rowBytes = usize(width * 3)

  for (let y = 0; y < rows; y += 2) {
    const row = source + usize(y * sourceStride)
    // An odd last row is paired with itself.
    const nextRow = y + 1 < rows ? usize(sourceStride) : 0
    const nextTarget = y + 1 < rows ? rowBytes : 0
    let out = target + usize(y) * rowBytes
    for (let x = 0; x < width; x++) {
      const begin = row + usize(load<i32>(first + (usize(x) << 2)) * 3)
      const taps = usize(load<i32>(count + (usize(x) << 2))) << 1
      const at = usize(x * stride) << 1
      let pixel = begin
      let weight = short + at
      const end = weight + taps
      let sum0 = i32x4.splat(0)
      let sum1 = i32x4.splat(0)
      while (weight < end) {
        const pixels0 = v128.load(pixel)
        const pixels1 = v128.load(pixel + nextRow)
        const weightA = v128.load32_splat(weight)
        const weightB = v128.load32_splat(weight, 4)
        sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(taps01(pixels0), weightA))
        sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(taps01(pixels1), weightA))
        sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(taps23(pixels0), weightB))
        sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(taps23(pixels1), weightB))
        pixel += 12
        weight += 8
      }
      sum0 = i32x4.shl(sum0, shift)
      sum1 = i32x4.shl(sum1, shift)
      const lowest = v128.load32_splat(least + (usize(x) << 2))
      const highest = v128.load32_splat(most + (usize(x) << 2))
      let bytes = toBytes(i32x4.add(sum0, lowest), i32x4.add(sum1, lowest))
      if (bytes !== toBytes(i32x4.add(sum0, highest), i32x4.add(sum1, highest))) {
        bytes = exactly(begin, nextRow, high + at, low + at, taps)
      }
      storePixel(out + nextTarget, i32(bytes >> 32))
      storePixel(out, i32(bytes))
      out += 3
    }
  }
}

/** One pixel of two rows by the whole weights. @param taps  bytes of each part of the weights */
function exactly(pixel: usize, nextRow: usize, high: usize, low: usize, taps: usize): i64 {
  let high0 = i32x4.splat(0)
  let high1 = i32x4.splat(0)
  let low0 = i32x4.splat(half)
  let low1 = i32x4.splat(half)
  const end = high + taps
  while (high < end) {
    const pixels0 = v128.load(pixel)
    const pixels1 = v128.load(pixel + nextRow)
    const highA = v128.load32_splat(high)
    const highB = v128.load32_splat(high, 4)
    const lowA = v128.load32_splat(low)
    const lowB = v128.load32_splat(low, 4)
    const a0 = taps01(pixels0)
    const b0 = taps23(pixels0)
    const a1 = taps01(pixels1)
    const b1 = taps23(pixels1)
    high0 = i32x4.add(i32x4.add(high0, i32x4.dot_i16x8_s(a0, highA)), i32x4.dot_i16x8_s(b0, highB))
    low0 = i32x4.add(i32x4.add(low0, i32x4.dot_i16x8_s(a0, lowA)), i32x4.dot_i16x8_s(b0, lowB))
    high1 = i32x4.add(i32x4.add(high1, i32x4.dot_i16x8_s(a1, highA)), i32x4.dot_i16x8_s(b1, highB))
    low1 = i32x4.add(i32x4.add(low1, i32x4.dot_i16x8_s(a1, lowA)), i32x4.dot_i16x8_s(b1, lowB))
    pixel += 12
    high += 8
    low += 8
  }
  return toBytes(i32x4.add(i32x4.shl(high0, 12), low0), i32x4.add(i32x4.shl(high1, 12), low1))
}

/**
 * Columns of the rows between → `height` rows. Sixteen bytes of a row at a time, two rows a step.
 * @param rowBytes bytes of a row; the last vector of a row may reach into the next, which is made later
 * @param first    i32[height]: first input row of each output row
 * @param count    i32[height]: input rows, a multiple of 2 (weights beyond the true count are 0)
 */
export function vertical(
  source: usize,
  rowBytes: i32,
  height: i32,
  first: usize,
  count: usize,
  high: usize,
  low: usize,
  stride: i32,
  target: usize,
): void {
  const rounding = i32x4.splat(half)
  for (let y = 0; y < height; y++) {
    const begin = source + usize(load<i32>(first + (usize(y) << 2)) * rowBytes)
    const highOfRow = high + (usize(y * stride) << 1)
    const lowOfRow = low + (usize(y * stride) << 1)
    const end = highOfRow + (usize(load<i32>(count + (usize(y) << 2))) << 1)
    for (let x = 0; x < rowBytes; x += 16) {
      let pixel = begin + usize(x)
      let h = highOfRow
      let l = lowOfRow
      let high0 = i32x4.splat(0)
      let high1 = i32x4.splat(0)
      let high2 = i32x4.splat(0)
      let high3 = i32x4.splat(0)
      let low0 = rounding
      let low1 = rounding
      let low2 = rounding
      let low3 = rounding
      while (h < end) {
        const row0 = v128.load(pixel)
        const row1 = v128.load(pixel + usize(rowBytes))
        const left = i8x16.shuffle(row0, row1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
        const right = i8x16.shuffle(row0, row1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
        const pair0 = i16x8.extend_low_i8x16_u(left)
        const pair1 = i16x8.extend_high_i8x16_u(left)
        const pair2 = i16x8.extend_low_i8x16_u(right)
        const pair3 = i16x8.extend_high_i8x16_u(right)
        const highPair = v128.load32_splat(h)
        const lowPair = v128.load32_splat(l)
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(pair0, highPair))
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(pair1, highPair))
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(pair2, highPair))
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(pair3, highPair))
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(pair0, lowPair))
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(pair1, lowPair))
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(pair2, lowPair))
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(pair3, lowPair))
        pixel += usize(rowBytes) * 2
        h += 4
        l += 4
      }
      const words0 = i16x8.narrow_i32x4_s(toPixel(high0, low0), toPixel(high1, low1))
      const words1 = i16x8.narrow_i32x4_s(toPixel(high2, low2), toPixel(high3, low3))
      v128.store(target + usize(y * rowBytes + x), i8x16.narrow_i16x8_u(words0, words1))
    }
  }
}

/** high × 4096 + low, without its 22 fractional bits. Narrowing clips it to 0 … 255 afterwards. */
function toPixel(high: v128, low: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.shl(high, 12), low), 22)
}

/** Two sums of four channels → eight bytes, without the 22 fractional bits, clipped to 0 … 255. */
function toBytes(sum0: v128, sum1: v128): i64 {
  const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, 22), i32x4.shr_s(sum1, 22))
  return i64x2.extract_lane(i8x16.narrow_i16x8_u(words, words), 0)
}

function storePixel(target: usize, rgb: i32): void {
  store<u16>(target, u16(rgb))
  store<u8>(target, u8(rgb >> 16), 2)
}
