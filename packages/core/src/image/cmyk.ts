/**
 * Inks → RGB as Pillow's `convert('RGB')` does: no press profile, in 8 bits.
 * @param inks  cyan, magenta, yellow, black; 255 is full ink
 * @returns uint8[pixels · 3]
 * @source Pillow, `cmyk2rgb` in Convert.c and `MULDIV255` in ImagingUtils.h
 */
export function cmykToRgb(inks: Uint8Array): Uint8Array {
  const pixels = inks.length / 4
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel++, from += 4, to += 3) {
    const light = 255 - inks[from + 3]!
    rgb[to] = light - product(inks[from]!, light)
    rgb[to + 1] = light - product(inks[from + 1]!, light)
    rgb[to + 2] = light - product(inks[from + 2]!, light)
  }
  return rgb
}

/** a · b ÷ 255, rounded. */
function product(a: number, b: number): number {
  const scaled = a * b + 128
  return ((scaled >> 8) + scaled) >> 8
}
