// The inverse DCT of libjpeg's "islow" method: 13 fractional bits, 2 kept between the passes, columns first.
// 16 bits wrap and saturate where the SIMD of libjpeg-turbo for x64 lets them, so that also senseless coefficients
// give its pixels. @source Loeffler, Ligtenberg and Moschytz, 1989; libjpeg-turbo, jidctint.c
import { high16, high32, low16, low32 } from './lanes'

/**
 * Pairs of factors, four times each, with 13 fractional bits. In memory, because a constant in code costs several
 * instructions each time.
 */
const factors = memory.data<i16>([
  // 0, 16: of inputs 2 and 6
  10703, 4433, 10703, 4433, 10703, 4433, 10703, 4433, 4433, -10704, 4433, -10704, 4433, -10704, 4433, -10704,
  // 32, 48: of the sums z3 and z4
  -6436, 9633, -6436, 9633, -6436, 9633, -6436, 9633, 9633, 6437, 9633, 6437, 9633, 6437, 9633, 6437,
  // 64, 80: of inputs 7 and 1
  -4927, -7373, -4927, -7373, -4927, -7373, -4927, -7373, -7373, 4926, -7373, 4926, -7373, 4926, -7373, 4926,
  // 96, 112: of inputs 5 and 3
  -4176, -20995, -4176, -20995, -4176, -20995, -4176, -20995, -20995, 4177, -20995, 4177, -20995, 4177,
  -20995, 4177,
  // 128, 144: of inputs 0 and 2 alone
  8192, 10703, 8192, 10703, 8192, 10703, 8192, 10703, 8192, 4433, 8192, 4433, 8192, 4433, 8192, 4433,
  // 160 … 208: of inputs 1 and 3 alone
  11363, 9633, 11363, 9633, 11363, 9633, 11363, 9633, 9633, -2259, 9633, -2259, 9633, -2259, 9633, -2259,
  6437, -11362, 6437, -11362, 6437, -11362, 6437, -11362, 2260, -6436, 2260, -6436, 2260, -6436, 2260, -6436,
  // 224, 240: of inputs 0 and 2 alone, the second subtracted
  8192, -4433, 8192, -4433, 8192, -4433, 8192, -4433, 8192, -10703, 8192, -10703, 8192, -10703, 8192, -10703,
])

function low64(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2)
}
function high64(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3)
}
function dot(pairs: v128, at: usize): v128 {
  return i32x4.dot_i16x8_s(pairs, v128.load(factors + at))
}
function narrow(low: v128, high: v128): v128 {
  return i16x8.narrow_i32x4_s(low, high)
}

/**
 * Coefficients → 8 × 8 samples. The coefficients are set to 0 for the next block.
 * @param block   i16[64], row by row
 * @param factor  i16[64], the quantisation table, row by row
 * @param last    position of the last coefficient that may be other than 0, in zigzag order
 */
export function inverseDct(block: usize, factor: usize, last: i32, target: usize, stride: usize): void {
  if (last === 0) onlyMean(block, factor, target, stride)
  else if (last < 10) lowQuarter(block, factor, target, stride)
  else whole(block, factor, target, stride)
}

function onlyMean(block: usize, factor: usize, target: usize, stride: usize): void {
  const mean = i32(i16((i32(load<i16>(block)) * i32(load<i16>(factor))) << 2))
  const sample = min(max(((mean + 16) >> 5) + 128, 0), 255)
  store<i16>(block, 0)
  const samples = i8x16.splat(i8(sample))
  for (let y = 0; y < 8; y++) {
    v128.store64_lane(target, samples, 0)
    target += stride
  }
}

/** When all but the first row are 0, the first pass only scales, and wraps where it would saturate. */
function onlyFirstRow(row: v128): v128 {
  return i16x8.shl(row, 2)
}

/** Of 16 coefficients at the low frequencies: half of all columns and terms are 0. */
function lowQuarter(block: usize, factor: usize, target: usize, stride: usize): void {
  const in0 = i16x8.mul(v128.load(block), v128.load(factor))
  const in1 = v128.load(block, 16)
  const in2 = v128.load(block, 32)
  const in3 = v128.load(block, 48)
  const zero = i64x2.splat(0)
  v128.store(block, zero)
  v128.store(block, zero, 16)
  v128.store(block, zero, 32)
  v128.store(block, zero, 48)

  let column0: v128
  let column1: v128
  let column2: v128
  let column3: v128
  if (!v128.any_true(v128.or(v128.or(in1, in2), in3))) {
    const row = onlyFirstRow(in0)
    column0 = v128.shuffle<i16>(row, row, 0, 0, 0, 0, 0, 0, 0, 0)
    column1 = v128.shuffle<i16>(row, row, 1, 1, 1, 1, 1, 1, 1, 1)
    column2 = v128.shuffle<i16>(row, row, 2, 2, 2, 2, 2, 2, 2, 2)
    column3 = v128.shuffle<i16>(row, row, 3, 3, 3, 3, 3, 3, 3, 3)
  } else {
    const even = low16(in0, i16x8.mul(in2, v128.load(factor, 32)))
    const odd = low16(i16x8.mul(in1, v128.load(factor, 16)), i16x8.mul(in3, v128.load(factor, 48)))
    const rounding = i32x4.splat(1 << 10)
    const e0 = i32x4.add(dot(even, 128), rounding)
    const e1 = i32x4.add(dot(even, 144), rounding)
    const e2 = i32x4.add(dot(even, 224), rounding)
    const e3 = i32x4.add(dot(even, 240), rounding)
    const o0 = dot(odd, 160)
    const o1 = dot(odd, 176)
    const o2 = dot(odd, 192)
    const o3 = dot(odd, 208)
    // Rows 0 and 1, 2 and 3, … of columns 0 … 3.
    const rows01 = narrow(i32x4.shr_s(i32x4.add(e0, o0), 11), i32x4.shr_s(i32x4.add(e1, o1), 11))
    const rows23 = narrow(i32x4.shr_s(i32x4.add(e2, o2), 11), i32x4.shr_s(i32x4.add(e3, o3), 11))
    const rows45 = narrow(i32x4.shr_s(i32x4.sub(e3, o3), 11), i32x4.shr_s(i32x4.sub(e2, o2), 11))
    const rows67 = narrow(i32x4.shr_s(i32x4.sub(e1, o1), 11), i32x4.shr_s(i32x4.sub(e0, o0), 11))
    // 00 20 01 21 02 22 03 23 | 10 30 11 31 12 32 13 33
    const a = low16(rows01, rows23)
    const b = high16(rows01, rows23)
    const c = low16(rows45, rows67)
    const d = high16(rows45, rows67)
    // 00 10 20 30 01 11 21 31 | 02 12 22 32 03 …
    const ab0 = low16(a, b)
    const ab1 = high16(a, b)
    const cd0 = low16(c, d)
    const cd1 = high16(c, d)
    column0 = low64(ab0, cd0)
    column1 = high64(ab0, cd0)
    column2 = low64(ab1, cd1)
    column3 = high64(ab1, cd1)
  }

  const rounding = i32x4.splat(1 << 17)
  const even0 = low16(column0, column2)
  const even1 = high16(column0, column2)
  const odd0 = low16(column1, column3)
  const odd1 = high16(column1, column3)
  const e00 = i32x4.add(dot(even0, 128), rounding)
  const e01 = i32x4.add(dot(even1, 128), rounding)
  const o00 = dot(odd0, 160)
  const o01 = dot(odd1, 160)
  const out0 = narrow(i32x4.shr_s(i32x4.add(e00, o00), 18), i32x4.shr_s(i32x4.add(e01, o01), 18))
  const out7 = narrow(i32x4.shr_s(i32x4.sub(e00, o00), 18), i32x4.shr_s(i32x4.sub(e01, o01), 18))
  const e10 = i32x4.add(dot(even0, 144), rounding)
  const e11 = i32x4.add(dot(even1, 144), rounding)
  const o10 = dot(odd0, 176)
  const o11 = dot(odd1, 176)
  const out1 = narrow(i32x4.shr_s(i32x4.add(e10, o10), 18), i32x4.shr_s(i32x4.add(e11, o11), 18))
  const out6 = narrow(i32x4.shr_s(i32x4.sub(e10, o10), 18), i32x4.shr_s(i32x4.sub(e11, o11), 18))
  const e20 = i32x4.add(dot(even0, 224), rounding)
  const e21 = i32x4.add(dot(even1, 224), rounding)
  const o20 = dot(odd0, 192)
  const o21 = dot(odd1, 192)
  const out2 = narrow(i32x4.shr_s(i32x4.add(e20, o20), 18), i32x4.shr_s(i32x4.add(e21, o21), 18))
  const out5 = narrow(i32x4.shr_s(i32x4.sub(e20, o20), 18), i32x4.shr_s(i32x4.sub(e21, o21), 18))
  const e30 = i32x4.add(dot(even0, 240), rounding)
  const e31 = i32x4.add(dot(even1, 240), rounding)
  const o30 = dot(odd0, 208)
  const o31 = dot(odd1, 208)
  const out3 = narrow(i32x4.shr_s(i32x4.add(e30, o30), 18), i32x4.shr_s(i32x4.add(e31, o31), 18))
  const out4 = narrow(i32x4.shr_s(i32x4.sub(e30, o30), 18), i32x4.shr_s(i32x4.sub(e31, o31), 18))
  storeColumns(out0, out1, out2, out3, out4, out5, out6, out7, target, stride)
}

/** Eight columns of samples around 0 → rows of bytes around 128. */
function storeColumns(
  out0: v128,
  out1: v128,
  out2: v128,
  out3: v128,
  out4: v128,
  out5: v128,
  out6: v128,
  out7: v128,
  target: usize,
  stride: usize,
): void {
  const c04 = i8x16.narrow_i16x8_s(out0, out4)
  const c15 = i8x16.narrow_i16x8_s(out1, out5)
  const c26 = i8x16.narrow_i16x8_s(out2, out6)
  const c37 = i8x16.narrow_i16x8_s(out3, out7)
  const c01 = i8x16.shuffle(c04, c15, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
  const c45 = i8x16.shuffle(c04, c15, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
  const c23 = i8x16.shuffle(c26, c37, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
  const c67 = i8x16.shuffle(c26, c37, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
  const left0 = low16(c01, c23)
  const left4 = high16(c01, c23)
  const right0 = low16(c45, c67)
  const right4 = high16(c45, c67)
  const middle = i32x4.splat(0x80808080)
  const rows01 = v128.xor(low32(left0, right0), middle)
  const rows23 = v128.xor(high32(left0, right0), middle)
  const rows45 = v128.xor(low32(left4, right4), middle)
  const rows67 = v128.xor(high32(left4, right4), middle)
  v128.store64_lane(target, rows01, 0)
  target += stride
  v128.store64_lane(target, rows01, 1)
  target += stride
  v128.store64_lane(target, rows23, 0)
  target += stride
  v128.store64_lane(target, rows23, 1)
  target += stride
  v128.store64_lane(target, rows45, 0)
  target += stride
  v128.store64_lane(target, rows45, 1)
  target += stride
  v128.store64_lane(target, rows67, 0)
  target += stride
  v128.store64_lane(target, rows67, 1)
}

/** The eight vectors of a pass, in memory of their own: more than there are registers. */
const between = memory.data(128, 16)

function pass(
  in0: v128,
  in1: v128,
  in2: v128,
  in3: v128,
  in4: v128,
  in5: v128,
  in6: v128,
  in7: v128,
  shift: i32,
): void {
  const rounding = i32x4.splat(1 << (shift - 1))
  const sum04 = i16x8.add(in0, in4)
  const difference04 = i16x8.sub(in0, in4)
  const in26a = low16(in2, in6)
  const in26b = high16(in2, in6)
  const sumA = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(sum04), 13), rounding)
  const sumB = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(sum04), 13), rounding)
  const t3a = dot(in26a, 0)
  const t3b = dot(in26b, 0)
  const e0a = i32x4.add(sumA, t3a)
  const e0b = i32x4.add(sumB, t3b)
  const e3a = i32x4.sub(sumA, t3a)
  const e3b = i32x4.sub(sumB, t3b)
  const differenceA = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(difference04), 13), rounding)
  const differenceB = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(difference04), 13), rounding)
  const t2a = dot(in26a, 16)
  const t2b = dot(in26b, 16)
  const e1a = i32x4.add(differenceA, t2a)
  const e1b = i32x4.add(differenceB, t2b)
  const e2a = i32x4.sub(differenceA, t2a)
  const e2b = i32x4.sub(differenceB, t2b)

  const sum73 = i16x8.add(in7, in3)
  const sum51 = i16x8.add(in5, in1)
  const z34a = low16(sum73, sum51)
  const z34b = high16(sum73, sum51)
  const z3a = dot(z34a, 32)
  const z3b = dot(z34b, 32)
  const z4a = dot(z34a, 48)
  const z4b = dot(z34b, 48)
  const in71a = low16(in7, in1)
  const in71b = high16(in7, in1)
  const o3a = i32x4.add(dot(in71a, 64), z3a)
  const o3b = i32x4.add(dot(in71b, 64), z3b)
  const o0a = i32x4.add(dot(in71a, 80), z4a)
  const o0b = i32x4.add(dot(in71b, 80), z4b)
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.add(e0a, o0a), shift), i32x4.shr_s(i32x4.add(e0b, o0b), shift)),
  )
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.sub(e0a, o0a), shift), i32x4.shr_s(i32x4.sub(e0b, o0b), shift)),
    112,
  )
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.add(e3a, o3a), shift), i32x4.shr_s(i32x4.add(e3b, o3b), shift)),
    48,
  )
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.sub(e3a, o3a), shift), i32x4.shr_s(i32x4.sub(e3b, o3b), shift)),
    64,
  )
  const in53a = low16(in5, in3)
  const in53b = high16(in5, in3)
  const o2a = i32x4.add(dot(in53a, 96), z4a)
  const o2b = i32x4.add(dot(in53b, 96), z4b)
  const o1a = i32x4.add(dot(in53a, 112), z3a)
  const o1b = i32x4.add(dot(in53b, 112), z3b)
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.add(e1a, o1a), shift), i32x4.shr_s(i32x4.add(e1b, o1b), shift)),
    16,
  )
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.sub(e1a, o1a), shift), i32x4.shr_s(i32x4.sub(e1b, o1b), shift)),
    96,
  )
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.add(e2a, o2a), shift), i32x4.shr_s(i32x4.add(e2b, o2b), shift)),
    32,
  )
  v128.store(
    between,
    narrow(i32x4.shr_s(i32x4.sub(e2a, o2a), shift), i32x4.shr_s(i32x4.sub(e2b, o2b), shift)),
    80,
  )
}

function whole(block: usize, factor: usize, target: usize, stride: usize): void {
  const row0 = i16x8.mul(v128.load(block), v128.load(factor))
  const row1 = i16x8.mul(v128.load(block, 16), v128.load(factor, 16))
  const row2 = i16x8.mul(v128.load(block, 32), v128.load(factor, 32))
  const row3 = i16x8.mul(v128.load(block, 48), v128.load(factor, 48))
  const row4 = i16x8.mul(v128.load(block, 64), v128.load(factor, 64))
  const row5 = i16x8.mul(v128.load(block, 80), v128.load(factor, 80))
  const row6 = i16x8.mul(v128.load(block, 96), v128.load(factor, 96))
  const row7 = i16x8.mul(v128.load(block, 112), v128.load(factor, 112))
  if (hasOnlyFirstRow(block)) {
    const row = onlyFirstRow(row0)
    pass(
      v128.shuffle<i16>(row, row, 0, 0, 0, 0, 0, 0, 0, 0),
      v128.shuffle<i16>(row, row, 1, 1, 1, 1, 1, 1, 1, 1),
      v128.shuffle<i16>(row, row, 2, 2, 2, 2, 2, 2, 2, 2),
      v128.shuffle<i16>(row, row, 3, 3, 3, 3, 3, 3, 3, 3),
      v128.shuffle<i16>(row, row, 4, 4, 4, 4, 4, 4, 4, 4),
      v128.shuffle<i16>(row, row, 5, 5, 5, 5, 5, 5, 5, 5),
      v128.shuffle<i16>(row, row, 6, 6, 6, 6, 6, 6, 6, 6),
      v128.shuffle<i16>(row, row, 7, 7, 7, 7, 7, 7, 7, 7),
      18,
    )
  } else {
    pass(row0, row1, row2, row3, row4, row5, row6, row7, 11)
    const a0 = low16(v128.load(between), v128.load(between, 16))
    const a1 = high16(v128.load(between), v128.load(between, 16))
    const b0 = low16(v128.load(between, 32), v128.load(between, 48))
    const b1 = high16(v128.load(between, 32), v128.load(between, 48))
    const c0 = low16(v128.load(between, 64), v128.load(between, 80))
    const c1 = high16(v128.load(between, 64), v128.load(between, 80))
    const d0 = low16(v128.load(between, 96), v128.load(between, 112))
    const d1 = high16(v128.load(between, 96), v128.load(between, 112))
    const ab01 = low32(a0, b0)
    const ab23 = high32(a0, b0)
    const ab45 = low32(a1, b1)
    const ab67 = high32(a1, b1)
    const cd01 = low32(c0, d0)
    const cd23 = high32(c0, d0)
    const cd45 = low32(c1, d1)
    const cd67 = high32(c1, d1)
    pass(
      low64(ab01, cd01),
      high64(ab01, cd01),
      low64(ab23, cd23),
      high64(ab23, cd23),
      low64(ab45, cd45),
      high64(ab45, cd45),
      low64(ab67, cd67),
      high64(ab67, cd67),
      18,
    )
  }
  const zero = i64x2.splat(0)
  v128.store(block, zero)
  v128.store(block, zero, 16)
  v128.store(block, zero, 32)
  v128.store(block, zero, 48)
  v128.store(block, zero, 64)
  v128.store(block, zero, 80)
  v128.store(block, zero, 96)
  v128.store(block, zero, 112)
  storeColumns(
    v128.load(between),
    v128.load(between, 16),
    v128.load(between, 32),
    v128.load(between, 48),
    v128.load(between, 64),
    v128.load(between, 80),
    v128.load(between, 96),
    v128.load(between, 112),
    target,
    stride,
  )
}

function hasOnlyFirstRow(block: usize): bool {
  const rows = v128.or(
    v128.or(
      v128.or(v128.load(block, 16), v128.load(block, 32)),
      v128.or(v128.load(block, 48), v128.load(block, 64)),
    ),
    v128.or(v128.or(v128.load(block, 80), v128.load(block, 96)), v128.load(block, 112)),
  )
  return !v128.any_true(rows)
}
